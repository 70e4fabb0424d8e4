// What became of the items of a page that has ended: what was at the server at once, and what never came.
import type { Ledger, LedgerItem } from '../fault-ledger.ts'
import { PROMISE_MS } from './account.ts'

/** An item that the worker had given back. */
export interface Captured {
  readonly isWorkers: boolean
  readonly event: string
  readonly tag: string
  readonly seq: number
  /** When Node heard of it. Wall clock, ms. */
  readonly at: number
}

/** How an item stands in the ledger. */
export type Copy = 'whole' | 'partial' | 'none'

/** An item that came while the end was on its way is the last one then. */
export interface AtOnce {
  /** Of the last connection event, or a later one. */
  readonly connection: Copy
  /** Of the newest stats item, or a newer one. */
  readonly stats: Copy
  /** How old the newest stats item at the server was at the end; null where none was there. */
  readonly statsAgeMs: number | null
}

export interface Fate {
  readonly atOnce: AtOnce
  /** What must arrive: it was captured longer before the worker's end than a commit may take. */
  readonly due: number
  /** Of those, what is not there whole after the next load. */
  readonly never: readonly string[]
  /** What was captured later, and is not there. */
  readonly lastLost: number
}

export interface Ended {
  /** The session of the page that has ended. */
  readonly sessionId: string
  readonly captured: readonly Captured[]
  readonly endedAt: number
  /** Until when its worker could store what it had; it may have been busy at the end. */
  readonly storedUntil: number
}

/** @param settledMs what was captured later than this before the end is not asked for */
export function atOnceOf({ items }: Ledger, ended: Ended, settledMs: number): AtOnce {
  const { sessionId, captured, endedAt } = ended
  const ours = items.filter((item) => item.sessionId === sessionId)
  const copyOf = (isMeant: (item: Kind) => boolean): Copy => {
    const asked = captured.findLast((item) => isMeant(item) && item.at < endedAt - settledMs)
    const newest = newestOf(ours.filter(isMeant))
    if (!asked || !newest || newest.seq < asked.seq) return 'none'
    return newest.partial ? 'partial' : 'whole'
  }
  const newest = newestOf(ours.filter(isStats))
  const at = captured.find(({ seq }) => seq === newest?.seq)?.at ?? endedAt
  return {
    connection: copyOf(({ tag }) => tag === 'connection'),
    stats: copyOf(isStats),
    statsAgeMs: newest ? endedAt - at : null,
  }
}

type Kind = Pick<Captured, 'event' | 'tag'>

function newestOf(items: readonly LedgerItem[]): LedgerItem | undefined {
  return items.toSorted((a, b) => a.seq - b.seq).at(-1)
}

export function fateOf(ledger: Ledger, ended: Ended, atOnce: AtOnce): Fate {
  const copies = copiesOf(ledger, ended)
  const { captured, endedAt, storedUntil } = ended
  const due = captured.filter(({ at }) => at < storedUntil - PROMISE_MS)
  const late = captured.filter(({ at }) => at >= storedUntil - PROMISE_MS)
  const absent = due.filter((item) => copies(item) !== 'whole')
  const never = absent.map((item) => {
    const ageMs = endedAt - item.at
    return `${item.event} ${nameOf(item)}: ${copies(item)}, captured ${ageMs} ms before the end`
  })
  return {
    atOnce,
    due: due.length,
    never: [...never, ...holesOf(ledger, ended, due)],
    lastLost: late.filter((item) => copies(item) === 'none').length,
  }
}

/** What was numbered before something that is due, and that nobody has heard of. */
function holesOf(ledger: Ledger, ended: Ended, due: readonly Captured[]): string[] {
  const copies = copiesOf(ledger, ended)
  const known = new Set(ended.captured.map(nameOf))
  const highest = Math.max(-1, ...due.filter(({ isWorkers }) => !isWorkers).map(({ seq }) => seq))
  return Array.from({ length: highest + 1 }, (_, seq) => ({ isWorkers: false, seq }))
    .filter((item) => !known.has(nameOf(item)) && copies(item) === 'none')
    .map((item) => `${nameOf(item)}: a hole`)
}

type Numbered = Pick<Captured, 'isWorkers' | 'seq'>

function copiesOf({ items }: Ledger, { sessionId }: Ended): (item: Numbered) => Copy {
  const copies = new Map<string, Copy>()
  for (const { producer, seq, partial, sessionId: session } of items) {
    if (session !== sessionId) continue
    copies.set(nameOf({ isWorkers: producer.includes('.w'), seq }), partial ? 'partial' : 'whole')
  }
  return (item) => copies.get(nameOf(item)) ?? 'none'
}

const isStats = ({ event }: Kind): boolean => event === 'stats'

const nameOf = ({ isWorkers, seq }: Numbered): string => `${isWorkers ? 'worker' : 'page'} ${seq}`
