import { describe, expect, it } from 'vitest'
import { add, NOTHING, takeCensus } from '../workers/census.ts'
import { createFakeClock } from './fake-clock.ts'
import { PROFILE, queueOver, record, rows, STORES } from './stores.ts'

const LIMITS = { maxItems: 2, maxBytes: 96_000 }

async function create(store = STORES.memory()) {
  const clock = createFakeClock()
  const queue = queueOver(store, { clock })
  await queue.enroll(PROFILE, null)
  return { clock, queue, store }
}

describe('census', () => {
  it('of nothing', async () => {
    const { queue } = await create()
    expect(await takeCensus(queue)).toEqual(NOTHING)
  })

  it('counts items and batches, what they take, the oldest, what was dropped, and quarantine', async () => {
    const { clock, queue, store } = await create()
    await queue.append([record(0), record(1), record(2, 0)])
    await queue.seal('p1', LIMITS)
    await clock.advance(5000)
    await queue.append([record(3), record(0, 0, 0, 'p1.w0')])
    await queue.drop('page-buffer', 7)
    await clock.advance(1000)
    const stock = (await rows(store)).filter(({ key: [kind] }) => kind === 'i' || kind === 'b')
    const sizes = stock.map(({ value }) => (value as { bytes: number }).bytes)
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    const dropped = { 'page-buffer': 7 }
    const expected = { depth: 5, bytes, oldestAgeMs: 6000, dropped, quarantined: 0 }
    expect(await takeCensus(queue)).toEqual(expected)

    const [key = []] = await queue.pending()
    const batch = await queue.take(key)
    if (!batch) throw new Error('no batch')
    const part = { batchId: 'q', count: 2, json: batch.json, seqs: [], dropped: {} }
    await queue.settle(batch, { again: [], quarantined: { part, reason: 'no' }, untold: {} })
    expect(await takeCensus(queue)).toMatchObject({ depth: 3, oldestAgeMs: 6000, quarantined: 2 })
  })

  it('ages by the steady clock', async () => {
    const { clock, queue } = await create()
    await queue.append([record(0)])
    clock.jump(-1_000_000)
    await clock.advance(10)
    expect(await takeCensus(queue)).toMatchObject({ oldestAgeMs: 10 })
  })

  it('counts the dead that are taken over, and nobody else', async () => {
    const { queue, store } = await create()
    const other = queueOver(store, { producers: ['p2'] })
    await other.enroll(PROFILE, null)
    await other.append([record(0, 1, 0, 'p2')])
    expect((await takeCensus(queue)).depth).toBe(0)
    queue.adopt('p2')
    expect((await takeCensus(queue)).depth).toBe(1)
  })

  it.each([null, 7, 'text', { v: 2 }, { v: 2, at: 'never', count: -1 }])(
    'a row that cannot be read (%o) does not stop it',
    async (value) => {
      const { queue, store } = await create()
      await queue.append([record(0, 0), record(1)])
      await store.write(async (transaction) => {
        transaction.put(['i', 'p1', 0, -1], value)
        transaction.put(['b', 'p1', 1, -1], value)
        transaction.put(['q', 'p1', -1], value)
      })
      const census = await takeCensus(queue)
      expect(census).toMatchObject({ depth: 2, quarantined: 1 })
      expect(Number.isFinite(census.oldestAgeMs ?? 0)).toBe(true)
    },
  )

  it('of two queues is their sum, as old as the older', () => {
    const one = { depth: 1, bytes: 10, oldestAgeMs: null, dropped: { evicted: 1 }, quarantined: 1 }
    const other = { ...one, oldestAgeMs: 5, dropped: { evicted: 2, storage: 4 } }
    expect(add(one, other)).toEqual({
      depth: 2,
      bytes: 20,
      oldestAgeMs: 5,
      dropped: { evicted: 3, storage: 4 },
      quarantined: 2,
    })
    expect(add(NOTHING, NOTHING)).toEqual(NOTHING)
  })
})
