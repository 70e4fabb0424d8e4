// A depot over a disk that tests break, and memory beside it, on a clock that the test moves; and what becomes of each item.
import { expect } from 'vitest'
import type { Batch, DropCounts, DropReason } from '../src/wire.ts'
import { Depot } from '../workers/depot.ts'
import type { Taken } from '../workers/depot.ts'
import { createDisk } from '../workers/disk.ts'
import type { Bounds } from '../workers/evict.ts'
import type { ItemRecord, Priority } from '../workers/item.ts'
import { createMemoryStore } from '../workers/memory-store.ts'
import { plus } from '../workers/books.ts'
import type { Store } from '../workers/store.ts'
import { createFakeClock } from './fake-clock.ts'
import { PROFILE, queueOver, record } from './stores.ts'

let databases = 0

interface Options {
  readonly database?: string
  readonly store?: Store
  readonly clock?: ReturnType<typeof createFakeClock>
  readonly bounds?: Bounds
  readonly memoryBounds?: Bounds
}

export async function createDepot(options: Options = {}) {
  const { database = `depot-${databases++}`, clock = createFakeClock() } = options
  const { store = createDisk(database, clock), bounds, memoryBounds } = options
  let ids = 0
  const losses: [DropReason, number][] = []
  const shared = {
    clock,
    newId: () => `b${ids++}`,
    producers: ['p1', 'p1.w0'],
    onDropped: (reason: DropReason, count: number) => void losses.push([reason, count]),
  }
  const disk = queueOver(store, { ...shared, ...(bounds && { bounds }) })
  const memory = queueOver(createMemoryStore(), {
    ...shared,
    reason: 'storage',
    ...(memoryBounds && { bounds: memoryBounds }),
  })
  const said: (string | null)[] = []
  const safe: number[] = []
  const depot = new Depot({
    disk,
    memory,
    clock,
    onDisk: (error) => said.push(error && `${error.name}: ${error.message}`),
    onSafe: (items) => safe.push(...items.map(({ seq }) => seq)),
  })
  let seq = 0
  let report: number | null = null
  const captured: number[] = []
  const sent: Batch[] = []

  /** Each may say all that the last report before it says. */
  const createRecords = (count: number, priority: Priority, isNewer = false): ItemRecord[] => {
    const records = Array.from({ length: count }, () => {
      const supersedes = isNewer ? report : null
      if (priority === 1) report = seq
      const created = record(seq++, priority)
      return supersedes === null ? created : { ...created, supersedes }
    })
    captured.push(...records.map((each) => each.seq))
    return records
  }

  const settled = async <Result>(work: Promise<Result>, ms = 20_000): Promise<Result> => {
    let isOver = false
    const over = work.finally(() => (isOver = true))
    over.catch(() => {}) // the test awaits it
    const end = clock.elapsed() + ms
    await clock.advance(0)
    while (!isOver && clock.elapsed() < end) await clock.advance(100)
    return over
  }
  await settled(depot.enroll(PROFILE, null))

  return {
    database,
    clock,
    depot,
    disk,
    memory,
    said,
    safe,
    losses,
    captured,
    sent,
    /** Lets time pass until the work is over. */
    settled,
    createRecords,
    /** Stores so many items; returns their seqs. */
    async capture(count: number, priority: Priority = 1): Promise<number[]> {
      const records = createRecords(count, priority)
      await settled(depot.append(records))
      return records.map((each) => each.seq)
    },
    seal: (maxItems = 20) => settled(depot.seal('p1', { maxItems, maxBytes: 96_000 })),
    /** What a healthy endpoint does: seals and acks until nothing is left. */
    async deliver(): Promise<void> {
      for (const producer of ['p1', 'p1.w0']) {
        while (await settled(depot.seal(producer, { maxItems: 5, maxBytes: 96_000 })));
      }
      for (;;) {
        const [place] = await settled(depot.pending(1))
        if (!place) return
        const batch = await settled(depot.take(place))
        if (!batch) continue
        sent.push(bodyOf(batch))
        await settled(depot.settle(batch, DONE))
      }
    },
  }
}

export type DepotUnderTest = Awaited<ReturnType<typeof createDepot>>

export const DONE = { again: [], quarantined: null, untold: {} }

export const bodyOf = ({ json }: Pick<Taken, 'json'>): Batch =>
  JSON.parse(new TextDecoder().decode(json)) as Batch

export const seqsIn = (batches: readonly Batch[]): number[] =>
  batches.flatMap(({ items }) => items.map((item) => item.seq))

export const toldBy = (batches: readonly Batch[]): DropCounts =>
  batches.reduce<DropCounts>((sum, { dropped }) => plus(sum, dropped), {})

export const total = (counts: DropCounts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** Each capture was delivered, or counted; nothing else was. */
export async function expectEachAccountedFor(page: DepotUnderTest): Promise<void> {
  const arrived = new Set(seqsIn(page.sent))
  const { depth, dropped } = await page.settled(page.depot.census())
  expect(depth).toBe(0)
  expect(arrived.size + total(dropped)).toBe(page.captured.length)
  expect([...arrived].filter((seq) => !page.captured.includes(seq))).toEqual([])
}
