// What became of each item of a browser that was killed: kept, doubled, refused, evicted - or lost.
import type { Batch } from '../../src/index.ts'
import type { Ledger, RequestRecord } from '../fault-ledger.ts'
import { POISON } from './points.ts'
import type { Point } from './points.ts'

/** An item that had reached the worker. */
export interface Reached {
  readonly isWorkers: boolean
  readonly event: string
  readonly seq: number
  /** When Node heard of it. Wall clock, ms. */
  readonly at: number
}

export interface Evidence {
  /** The session of the browser that was killed. */
  readonly sessionId: string
  readonly reached: readonly Reached[]
  readonly killedAt: number
  readonly ledger: Ledger
  readonly bodies: readonly Batch[]
  readonly requests: readonly RequestRecord[]
}

export interface Account {
  readonly logged: number
  readonly kept: number
  readonly doubled: number
  readonly evicted: number
  /** What must not be; empty where all is well. */
  readonly complaints: readonly string[]
}

/** The header that says in which life a request was made: its value is the session of that life. */
export const LIFE = 'x-life'

/** README: items lie in IndexedDB within 250 ms. */
export const PROMISE_MS = 250

export function accountFor({ missing: allowed }: Point, evidence: Evidence): Account {
  const { reached, killedAt, bodies } = evidence
  const due = reached.filter(({ at }) => at < killedAt - PROMISE_MS)
  const { kept, holes, doubled, pages } = arrivedOf(evidence)
  const ages = new Map(reached.map((item) => [nameOf(item), killedAt - item.at]))
  const lost = (name: string): string => `lost: ${name}, ${ages.get(name)} ms before the kill`
  const absent = due.filter((item) => !kept.has(nameOf(item)))
  const missing = [...new Set([...holes, ...absent.map(nameOf)])]
  const evicted = evictedOf(bodies)

  const complaints = wrongDoubles(evidence)
  if (pages !== 1) complaints.push(`the items of ${pages} pages arrived`)
  switch (allowed) {
    case 'nothing':
      complaints.push(...missing.map(lost))
      break
    case 'the refused': {
      const refused = reached.filter(({ event }) => event === POISON).map(nameOf)
      complaints.push(...missing.filter((name) => !refused.includes(name)).map(lost))
      complaints.push(...refused.filter((name) => kept.has(name)).map((name) => `taken: ${name}`))
      break
    }
    case 'the evicted': {
      // The oldest are evicted: what comes after all that was kept was not.
      const late = absent.filter((item) => isLast(item, kept)).map(nameOf)
      const given = missing.filter((name) => !late.includes(name))
      complaints.push(...late.map(lost))
      if (given.length !== evicted || evicted === 0) {
        complaints.push(`${given.length} are not there, ${evicted} were told as evicted`)
        complaints.push(...given.filter((name) => !holes.includes(name)).map(lost))
      }
      break
    }
    default:
      allowed satisfies never
  }
  return { logged: due.length, kept: kept.size, doubled, evicted, complaints }
}

/** An item of a page or its worker, by the name that both sides know it by. */
type Name = string

interface Arrived {
  readonly kept: ReadonlySet<Name>
  /** Between 0 and the highest that was kept. */
  readonly holes: readonly Name[]
  readonly doubled: number
  /** Those whose items these are. */
  readonly pages: number
}

function arrivedOf({ sessionId, ledger }: Evidence): Arrived {
  const ours = ledger.items.filter((item) => item.sessionId === sessionId)
  const producers = new Set(ours.map(({ producer }) => producer))
  const name = (producer: string, seq: number): Name =>
    nameOf({ isWorkers: isWorkers(producer), seq })
  return {
    kept: new Set(ours.map(({ producer, seq }) => name(producer, seq))),
    holes: ledger.missing
      .filter(([producer]) => producers.has(producer))
      .map(([producer, seq]) => name(producer, seq)),
    doubled: ledger.doubled.filter(([producer]) => producers.has(producer)).length,
    pages: [...producers].filter((producer) => !isWorkers(producer)).length,
  }
}

/** Nothing that came later has been kept, though something was. */
function isLast({ isWorkers: ofWorker, seq }: Reached, kept: ReadonlySet<Name>): boolean {
  const prefix = ofWorker ? 'worker ' : 'page '
  const seqs = [...kept]
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
  return seqs.length > 0 && seqs.every((other) => other < seq)
}

/** Only what the first life has attempted may come again, under the batchId that it had. */
function wrongDoubles({ sessionId, ledger, bodies, requests }: Evidence): string[] {
  const before = requests.filter(({ headers }) => headers[LIFE] === sessionId)
  const attempted = new Set(before.map(({ batchId }) => rootOf(batchId)))
  return ledger.doubled.flatMap(([producer, seq, times]) => {
    const carriers = bodies.filter(
      (batch) => batch.producer === producer && batch.items.some((item) => item.seq === seq),
    )
    const roots = new Set(carriers.map(({ batchId }) => rootOf(batchId)))
    const isRetry = roots.size === 1 && [...roots].every((root) => attempted.has(root))
    return isRetry ? [] : [`${producer} ${seq} came ${times} times in ${[...roots]}`]
  })
}

/** The batch that it is a part of: `a/0/1` of `a`. */
const rootOf = (batchId: string | null): string => batchId?.split('/')[0] ?? ''

/** As the batches tell, those of the second life too: it tells what the first could not. A retry tells it again. */
function evictedOf(bodies: readonly Batch[]): number {
  const told = new Map(bodies.map(({ batchId, dropped }) => [batchId, dropped.evicted ?? 0]))
  return [...told.values()].reduce((sum, count) => sum + count, 0)
}

const isWorkers = (producer: string): boolean => producer.includes('.w')

const nameOf = ({ isWorkers: ofWorker, seq }: Pick<Reached, 'isWorkers' | 'seq'>): Name =>
  `${ofWorker ? 'worker' : 'page'} ${seq}`
