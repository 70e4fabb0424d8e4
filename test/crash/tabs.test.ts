// Several tabs on one endpoint: a dead one's items are sent by another at once, a living one's by itself alone.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ExporterOptions } from '../../src/index.ts'
import type { Ledger } from '../fault-ledger.ts'
import { TIMES } from '../long.ts'
import type { Run } from '../run.ts'
import { captured, capturing, openLab } from './lab.ts'
import type { Lab } from './lab.ts'
import { flushPage, stopMarks, storedPage } from './page.ts'
import { producersBySender, sendings } from './senders.ts'
import type { Sending } from './senders.ts'
import { inSlices } from './slices.ts'
import type { Tab } from './tab.ts'
import { poll } from './wait.ts'

const TAB = 'x-tab'
const MARK = 'mark'
const ARRIVAL_LIMIT_MS = 40_000

let lab: Lab

beforeEach(async () => {
  lab = await openLab()
})

afterEach(async () => {
  await lab.close()
})

describe('a tab that is killed', () => {
  const EACH = 2000
  const NAMES = ['0', '1', '2']
  const VICTIM = '1'
  /** Slow, so that most still waits when the tab dies. */
  const SLOW = { steps: [{ delayMs: 300 }] }
  const TAKEN_OVER_WITHIN_MS = 2000

  it('has its items sent by another tab in less than 2 s, and none is lost', async () => {
    const run = lab.createRun()
    await run.script(SLOW)
    const tabs = await openTabs(run, NAMES, {
      // What the browser itself sends of a page that has crashed is no other tab's.
      options: { batchSize: 100, beaconTail: 0 },
      marks: { name: MARK, chunk: 100, everyMs: 20, most: EACH },
    })
    await Promise.all([...tabs.values()].map((tab) => captured(tab, EACH)))
    await rendererOfEach(tabs)
    await tabs.get(VICTIM)?.call(storedPage)

    const before = (await sent(run, VICTIM)).length
    await poll(
      'a batch in flight',
      ARRIVAL_LIMIT_MS,
      () => sent(run, VICTIM),
      ({ length }) => length > before,
    )
    const killedAt = Date.now()
    await tabs.get(VICTIM)?.killRenderer()
    await run.script({ steps: [] })

    const isThere = (ledger: Ledger): boolean =>
      NAMES.every((name) => marksOf(ledger, name) === EACH)
    // What is not there then is told below.
    await poll('all items', ARRIVAL_LIMIT_MS, () => run.ledger(), isThere, 100).catch(() => {})
    const ledger = await run.ledger()
    const all = await sendings(run, TAB)
    const dead = producersBySender(all.filter(({ at }) => at <= killedAt)).get(VICTIM) ?? new Set()
    const others = all.filter(({ sender, producer }) => sender !== VICTIM && dead.has(producer))
    const tookMs = Math.min(...others.map(({ at }) => at)) - killedAt
    process.stdout.write(`the dead tab's items were sent by another one after ${tookMs} ms\n`)

    expect.soft(NAMES.map((name) => marksOf(ledger, name))).toEqual(NAMES.map(() => EACH))
    expect.soft(ledger.missing).toEqual([])
    expect.soft(twiceSent(all, ledger).length).toBeLessThanOrEqual(1)
    expect.soft(dead.size).toBe(1)
    expect.soft(tookMs).toBeLessThan(TAKEN_OVER_WITHIN_MS)
  })
})

describe('a tab that lives, however slowly', () => {
  const NAMES = ['0', '1', '2', '3', '4']
  /** 1 of 20 slices. */
  const SLICES = { runMs: 50, stopMs: 950 }
  const LONG_MS = TIMES > 1 ? 60_000 : 8_000

  it('sends its items itself: no other tab does', async () => {
    const run = lab.createRun()
    await run.script({ steps: [{ delayMs: 100 }] })
    const tabs = await openTabs(run, NAMES, {
      options: { batchSize: 5, flushInterval: 500 },
      marks: { name: MARK, chunk: 2, everyMs: 20, most: Number.MAX_SAFE_INTEGER },
    })
    await Promise.all([...tabs.values()].map((tab) => capturing(tab)))
    const pids = await rendererOfEach(tabs)

    const startedAt = Date.now()
    await inSlices(pids, SLICES, LONG_MS)
    const stoppedAt = Date.now()
    await run.script({ steps: [] })
    const made = new Map<string, number>()
    for (const [name, tab] of tabs) made.set(name, await tab.call(stopMarks))
    await Promise.all([...tabs.values()].map((tab) => tab.call(flushPage)))
    const isThere = (ledger: Ledger): boolean =>
      NAMES.every((name) => marksOf(ledger, name) === made.get(name))
    await poll('all items', ARRIVAL_LIMIT_MS, () => run.ledger(), isThere, 100)

    const all = await sendings(run, TAB)
    const pairs = [...producersBySender(all)].map(([name, producers]) => [name, producers.size])
    expect(new Map(pairs as [string, number][])).toEqual(new Map(NAMES.map((name) => [name, 1])))
    expect(new Set(all.map(({ producer }) => producer)).size).toBe(NAMES.length)
    // Each of them was stopped in the middle of its work, not before or after it.
    const meanwhile = all.filter(({ at }) => at > startedAt && at < stoppedAt)
    expect([...producersBySender(meanwhile).keys()].toSorted()).toEqual(NAMES)
    expect((await run.ledger()).missing).toEqual([])
  })
})

interface TabsParts {
  readonly options: Partial<ExporterOptions>
  readonly marks: Parameters<Lab['openTab']>[1]
}

/** Each has the session and the header of its name. */
async function openTabs(
  run: Run,
  names: readonly string[],
  { options, marks }: TabsParts,
): Promise<Map<string, Tab>> {
  const quick = { retryBaseDelay: 50, retryMaxDelay: 500 }
  const open = async (name: string): Promise<[string, Tab]> => {
    const own = { url: run.url, sessionId: name, headers: { [TAB]: name } }
    return [name, await lab.openTab({ ...quick, ...options, ...own }, marks)]
  }
  return new Map(await Promise.all(names.map(open)))
}

/** One at a time: a browser makes one trace. No two tabs share a process. */
async function rendererOfEach(tabs: ReadonlyMap<string, Tab>): Promise<number[]> {
  const pids: number[] = []
  for (const tab of tabs.values()) pids.push(await tab.rendererPid())
  expect(new Set(pids).size).toBe(tabs.size)
  return pids
}

async function sent(run: Run, name: string): Promise<Sending[]> {
  return (await sendings(run, TAB)).filter(({ sender }) => sender === name)
}

function marksOf({ items }: Ledger, sessionId: string): number {
  return items.filter((item) => item.sessionId === sessionId && item.event === MARK).length
}

/** The batches whose items came more than once. */
function twiceSent(all: readonly Sending[], { doubled }: Ledger): string[] {
  const isIn = ({ batch }: Sending): boolean =>
    doubled.some(
      ([producer, seq]) =>
        producer === batch.producer && batch.items.some((item) => item.seq === seq),
    )
  return [...new Set(all.filter(isIn).map(({ batchId }) => batchId))]
}
