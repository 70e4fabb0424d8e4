import { afterEach, describe, expect, it, vi } from 'vitest'
import { bodyOf, createDepot, DONE, expectEachAccountedFor, seqsIn, toldBy } from './depots.ts'
import { failPuts, holdStore, refuseTransactions, throwAtPuts } from './idb-faults.ts'
import { PROFILE } from './stores.ts'

// Compression runs on threads of its own, which a fake clock cannot wait for; without it bodies are stored as they are.
vi.stubGlobal('CompressionStream', undefined)

/** What is broken is mended. */
const mend = (): void => void vi.restoreAllMocks()

afterEach(mend)

describe('depot', () => {
  it('another tab that holds the store for ever does not stop anything', async () => {
    const page = await createDepot()
    const release = await holdStore(page.database)
    await page.capture(2)
    expect(page.said).toEqual(['Error: a transaction did not end within 8000 ms'])
    await page.deliver()
    expect(seqsIn(page.sent)).toEqual([0, 1])
    release()
    await page.clock.advance(30_000)
    expect(page.depot.mode).toBe('indexeddb')
  })

  it('what is in flight while the rest changes hands stays, is settled once, and then is safe', async () => {
    const page = await createDepot()
    refuseTransactions('UnknownError')
    await page.capture(4)
    const sealed = await page.seal(2)
    const batch = sealed && (await page.settled(page.depot.take(sealed)))
    if (!batch) throw new Error('no batch')
    mend()
    await page.clock.advance(2000)
    expect(page.said.at(-1)).toBeNull()
    expect(page.safe).toEqual([2, 3])
    expect(await page.memory.size()).toBe(2)
    await page.settled(page.depot.settle(batch, DONE))
    expect(page.safe).toEqual([2, 3, 0, 1])
    await page.deliver()
    expect(seqsIn(page.sent)).toEqual([2, 3])
  })

  it('a batch that comes back from its attempt follows the others to the disk', async () => {
    const page = await createDepot()
    refuseTransactions('UnknownError')
    await page.capture(2)
    const sealed = await page.seal()
    const batch = sealed && (await page.settled(page.depot.take(sealed)))
    if (!batch) throw new Error('no batch')
    mend()
    await page.clock.advance(2000)
    expect(page.safe).toEqual([])
    await page.settled(page.depot.putBack(batch, { attempts: 1, isAnnounced: false }, 0))
    expect(page.safe).toEqual([0, 1])
    expect(await page.memory.size()).toBe(0)
    const [place] = await page.settled(page.depot.pending())
    const again = place && (await page.settled(page.depot.take(place)))
    expect(again?.row).toMatchObject({ batchId: batch.row.batchId, attempts: 1 })
    expect(again?.json).toEqual(batch.json)
  })

  // At each moment of it, counted in turns of the event loop.
  it.each(Array.from({ length: 24 }, (_, turns) => turns))(
    'what is sealed while everything changes hands is in one place alone (turn %i)',
    async (turns) => {
      const page = await createDepot()
      refuseTransactions('UnknownError')
      await page.capture(6)
      await page.settled(page.depot.drop('page-buffer', 3))
      mend()
      await page.clock.advance(999)
      const recovered = page.clock.advance(1)
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
      const sealed = page.depot.seal('p1', { maxItems: 2, maxBytes: 96_000 })
      await recovered
      await page.settled(sealed)
      await page.clock.advance(2000)
      expect((await page.settled(page.depot.census())).depth).toBe(6)
      page.captured.push(-1, -2, -3)
      await page.deliver()
      expect(seqsIn(page.sent).toSorted()).toEqual([0, 1, 2, 3, 4, 5])
      expect(toldBy(page.sent)).toEqual({ 'page-buffer': 3 })
      await expectEachAccountedFor(page)
    },
  )

  it('of a batch that was cut what was answered for is safe, and the rest is not', async () => {
    const page = await createDepot()
    refuseTransactions('UnknownError')
    await page.capture(3)
    const sealed = await page.seal()
    const batch = sealed && (await page.settled(page.depot.take(sealed)))
    if (!batch) throw new Error('no batch')
    const body = bodyOf(batch)
    const rest = { ...body, batchId: 'r', count: 1, items: body.items.slice(1, 2) }
    const json = new TextEncoder().encode(JSON.stringify(rest))
    const seqs = rest.items.map(({ seq }) => seq)
    const again = [{ batchId: 'r', count: 1, seqs, json, dropped: {} }]
    await page.settled(page.depot.settle(batch, { ...DONE, again }))
    expect(page.safe).toEqual([0, 2])
  })

  it('a disk that fails again and again is tried less and less often', async () => {
    const page = await createDepot()
    const upAt: number[] = []
    for (let round = 0; round < 4; round++) {
      throwAtPuts((key) => (key as unknown[])[0] === 'i')
      await page.capture(1)
      await page.deliver()
      const from = page.clock.elapsed()
      while (page.depot.mode === 'memory') await page.clock.advance(100)
      upAt.push(page.clock.elapsed() - from)
      mend()
    }
    expect(upAt.map((ms) => Math.round(ms / 1000))).toEqual([1, 2, 4, 8])
    await page.clock.advance(60_000)
    throwAtPuts((key) => (key as unknown[])[0] === 'i')
    await page.capture(1)
    await page.deliver()
    await page.clock.advance(1000)
    expect(page.depot.mode).toBe('indexeddb')
  })

  it('after stop() nothing is tried any more', async () => {
    const page = await createDepot()
    refuseTransactions('UnknownError')
    await page.capture(1)
    page.depot.stop()
    await page.capture(1)
    mend()
    const open = vi.spyOn(indexedDB, 'open')
    await page.clock.advance(600_000)
    expect(open).not.toHaveBeenCalled()
    expect(page.said).toHaveLength(1)
  })

  it('a user who comes while the disk is away does not send what another one has left there', async () => {
    const page = await createDepot()
    await page.settled(page.depot.enroll(PROFILE, 'anna'))
    await page.capture(2)
    refuseTransactions('UnknownError')
    await page.capture(2)
    while (await page.seal());
    const bert = { ...PROFILE, client: { ...PROFILE.client, userId: 'bert' } }
    await page.settled(page.depot.enroll(bert, 'bert'))
    await page.capture(2)
    mend()
    await page.clock.advance(2000)
    expect(page.depot.mode).toBe('indexeddb')
    await page.deliver()
    expect(
      page.sent.map(({ client, items }) => [client.userId, items.map(({ seq }) => seq)]),
    ).toEqual([['bert', [4, 5]]])
    expect((await page.settled(page.depot.census())).depth).toBe(4)
    await page.settled(page.depot.enroll(PROFILE, 'anna'))
    await page.deliver()
    expect(seqsIn(page.sent).toSorted()).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('clear() while the disk is away forgets what lies there, too, and not what comes after', async () => {
    const page = await createDepot()
    await page.capture(2)
    refuseTransactions('UnknownError')
    await page.capture(3)
    await page.settled(page.depot.clear())
    expect(page.safe).toEqual([0, 1, 2, 3, 4])
    await page.capture(1)
    mend()
    await page.clock.advance(2000)
    await page.deliver()
    expect(seqsIn(page.sent)).toEqual([5])
    expect(toldBy(page.sent)).toEqual({ cleared: 5 })
    await expectEachAccountedFor(page)
  })

  it('clear() while another one is under way forgets what came between', async () => {
    const page = await createDepot()
    await page.capture(1)
    const first = page.depot.clear()
    const between = page.depot.append(page.createRecords(2, 1))
    const second = page.depot.clear()
    await page.settled(Promise.all([first, between, second]))
    expect((await page.settled(page.depot.census())).depth).toBe(0)
    expect(page.losses).toEqual([
      ['cleared', 1],
      ['cleared', 2],
    ])
  })
})

describe('a disk that is full', () => {
  it('a quarter goes, once, and is counted', async () => {
    const page = await createDepot()
    await page.capture(20)
    let refusals = 1
    failPuts('QuotaExceededError', (key) => (key as unknown[])[0] === 'i' && refusals-- > 0)
    await page.capture(1)
    expect(page.said).toEqual([])
    expect(page.losses).toEqual(Array.from({ length: 6 }, () => ['evicted', 1]))
    mend()
    await page.deliver()
    expect(toldBy(page.sent)).toEqual({ evicted: 6 })
    await expectEachAccountedFor(page)
  })

  it('then memory, lowest priority first, overflow counted as `storage`; and the disk still goes out', async () => {
    const memoryBounds = { maxItems: 10, maxBytes: 1_000_000 }
    const page = await createDepot({ memoryBounds })
    await page.capture(4)
    await page.seal()
    failPuts('QuotaExceededError', (key) => (key as unknown[])[0] === 'i')
    const urgent = await page.capture(2, 0)
    await page.capture(30)
    expect(page.said).toEqual(['QuotaExceededError: '])
    expect(page.losses.map(([reason]) => reason)).toContain('storage')
    await page.deliver()
    expect(seqsIn(page.sent)).toEqual(expect.arrayContaining([...urgent]))
    await expectEachAccountedFor(page)
    mend()
    await page.capture(1)
    await page.clock.advance(60_000)
    expect(page.said).toEqual(['QuotaExceededError: ', null])
    await page.deliver()
    await expectEachAccountedFor(page)
  })

  it('what changes hands is not more than the disk may hold', async () => {
    const page = await createDepot({ bounds: { maxItems: 10, maxBytes: 1_000_000 } })
    await page.capture(8)
    refuseTransactions('UnknownError')
    await page.capture(8)
    mend()
    await page.clock.advance(2000)
    expect(page.depot.mode).toBe('indexeddb')
    expect(await page.settled(page.disk.size())).toBeLessThanOrEqual(10)
    await page.deliver()
    await expectEachAccountedFor(page)
  })
})
