import { afterEach, describe, expect, it, vi } from 'vitest'
import { createDepot, DONE, expectEachAccountedFor, seqsIn, toldBy } from './depots.ts'
import {
  failCommits,
  failPuts,
  hangOpen,
  hangRequests,
  refuseTransactions,
  throwAtPuts,
} from './idb-faults.ts'

// Compression runs on threads of its own, which a fake clock cannot wait for; without it bodies are stored as they are.
vi.stubGlobal('CompressionStream', undefined)

afterEach(() => {
  vi.restoreAllMocks()
  vi.stubGlobal('indexedDB', realIndexedDB)
})

const realIndexedDB = indexedDB

interface Failure {
  readonly begin: (database: string) => unknown
  readonly said: string
}

const FAILURES: Record<string, Failure> = {
  'a hang on open': { begin: hangOpen, said: 'Error: IndexedDB did not open within 4000 ms' },
  'a hang in a transaction': {
    begin: hangRequests,
    said: 'Error: a transaction did not end within 8000 ms',
  },
  'UnknownError twice': {
    begin: () => refuseTransactions('UnknownError'),
    said: 'UnknownError: UnknownError',
  },
  'QuotaExceededError at any put': {
    begin: () => failPuts('QuotaExceededError'),
    said: 'QuotaExceededError: ',
  },
  'QuotaExceededError at any commit': {
    begin: () => failCommits('QuotaExceededError'),
    said: 'QuotaExceededError: ',
  },
  'DataCloneError at any put': {
    begin: () => throwAtPuts(),
    said: 'DataCloneError: it cannot be cloned',
  },
  'no IndexedDB': {
    begin: () => vi.stubGlobal('indexedDB', undefined),
    said: 'Error: this browser has no IndexedDB',
  },
}

/** What is broken is mended. */
function mend(): void {
  vi.restoreAllMocks()
  vi.stubGlobal('indexedDB', realIndexedDB)
}

describe.each(Object.entries(FAILURES))('%s', (name, { begin, said }) => {
  /** Where it is open already a hang on open, or an absent factory, needs a lost connection. */
  const breakIt = (page: Awaited<ReturnType<typeof createDepot>>): void => {
    if (/open|no IndexedDB/.test(name)) page.disk.ledger.close()
    begin(page.database)
  }

  it('at the start: memory at once, said once, sent from there, and back on the disk', async () => {
    begin('')
    const page = await createDepot()
    expect(page.depot.mode).toBe('memory')
    expect(page.said).toEqual([said])
    await page.capture(3)
    await page.capture(2, 0)
    expect(page.safe).toEqual([])
    await page.deliver()
    expect(seqsIn(page.sent)).toEqual([0, 1, 2, 3, 4])
    expect(page.safe.toSorted()).toEqual([0, 1, 2, 3, 4])
    await page.capture(2)
    mend()
    await page.clock.advance(60_000)
    expect(page.depot.mode).toBe('indexeddb')
    expect(page.said).toEqual([said, null])
    expect(page.safe.slice(5)).toEqual([5, 6])
    expect(await page.memory.size()).toBe(0)
    expect(await page.settled(page.disk.size())).toBe(2)
    await page.deliver()
    await expectEachAccountedFor(page)
  })

  it('in the middle: nothing is lost, and all of it has the order and identity it had', async () => {
    const page = await createDepot()
    await page.capture(3)
    await page.seal(2)
    expect(page.safe).toEqual([0, 1, 2])
    breakIt(page)
    await page.capture(4)
    const sealed = await page.seal(2)
    expect(sealed).toMatchObject({ count: 2, queue: page.memory })
    const before = await page.memory.take(sealed?.key ?? [])
    if (before) await page.memory.putBack(before, { attempts: 3, isAnnounced: true }, 0)
    await page.settled(page.depot.drop('page-buffer', 7))
    expect(page.said).toEqual([said])
    expect(page.safe).toEqual([0, 1, 2])
    mend()
    await page.clock.advance(120_000)
    expect(page.said).toEqual([said, null])
    expect(page.safe).toEqual([0, 1, 2, 3, 4, 5, 6])
    const places = await page.settled(page.depot.pending())
    const taken = await Promise.all(places.map((place) => page.settled(page.depot.take(place))))
    const moved = taken.find((batch) => batch?.row.batchId === before?.row.batchId)
    expect(moved?.json).toEqual(before?.json)
    expect(moved?.row).toMatchObject({ attempts: 3, isAnnounced: true })
    const { dropped } = await page.settled(page.depot.census())
    expect(dropped).toEqual({ 'page-buffer': 7 })
    page.captured.push(...Array.from({ length: 7 }, (_, lost) => -1 - lost))
    await page.deliver()
    expect(seqsIn(page.sent)).toEqual([0, 1, 3, 4, 2, 5, 6])
    expect(toldBy(page.sent)).toEqual({ 'page-buffer': 7 })
    await expectEachAccountedFor(page)
  })

  it('an ack that the disk cannot be told is told when it is back, and not sent again', async () => {
    const page = await createDepot()
    await page.capture(2)
    const sealed = await page.seal()
    const batch = sealed && (await page.settled(page.depot.take(sealed)))
    if (!batch) throw new Error('no batch')
    breakIt(page)
    await page.settled(page.depot.settle(batch, DONE))
    expect(page.said).toEqual([said])
    expect(await page.settled(page.depot.pending())).toEqual([])
    expect(await page.settled(page.depot.smallest(16))).toBeNull()
    expect(await page.settled(page.depot.take(batch))).toBeNull()
    mend()
    expect(await page.settled(page.disk.size())).toBe(2)
    await page.clock.advance(60_000)
    expect(await page.settled(page.disk.size())).toBe(0)
    expect(page.said).toEqual([said, null])
  })

  it('tries again after 1 s, and then less and less often, at least every minute', async () => {
    const page = await createDepot()
    breakIt(page)
    await page.capture(1)
    const tries: number[] = []
    const enroll = page.disk.enroll.bind(page.disk)
    page.disk.enroll = (...args) => {
      tries.push(page.clock.elapsed())
      return enroll(...args)
    }
    const failedAt = page.clock.elapsed()
    await page.clock.advance(1000)
    expect(tries).toHaveLength(1)
    expect((tries[0] ?? 0) - failedAt).toBeLessThanOrEqual(1000)
    await page.clock.advance(600_000)
    // A try that hangs takes its limit, too.
    const gaps = tries.slice(1).map((at, index) => at - (tries[index] ?? 0))
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(60_000)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(68_000)
    expect(gaps).toEqual(gaps.toSorted((one, other) => one - other))
    expect(page.said).toEqual([said])
  })
})
