import { beforeEach, describe, expect, it } from 'vitest'
import type { Batch, Item } from '../src/wire.ts'
import type { Queue } from '../workers/queue.ts'
import type { ProducerRow } from '../workers/rows.ts'
import type { Store } from '../workers/store.ts'
import { expectBooksBalance, PROFILE, queueOver, record, rows, STORES } from './stores.ts'

const LIMITS = { maxItems: 20, maxBytes: 96_000 }
const BOUNDS = { maxItems: 100, maxBytes: 1_000_000 }

let store: Store
let ids = 0

function createQueue(bounds = BOUNDS): Queue {
  return queueOver(store, { bounds, newId: () => `batch-${ids++}` })
}

async function next(queue: Queue): Promise<Batch> {
  const [key] = await queue.pending(1)
  const batch = await queue.take(key ?? [])
  return JSON.parse(new TextDecoder().decode(batch?.json))
}

const seqs = (batch: Batch): number[] => batch.items.map(({ seq }) => seq)

describe.each(Object.entries(STORES))('queue on %s', (_mode, create) => {
  beforeEach(async () => {
    store = create()
    ids = 0
  })

  it('a batch is filled by priority and sent in the order of seq', async () => {
    const queue = createQueue()
    await queue.enroll(PROFILE, null)
    await queue.append([record(0), record(1), record(2), record(3, 0), record(4, 0)])
    expect(await queue.seal('p1', { ...LIMITS, maxItems: 3 })).toMatchObject({ count: 3 })
    expect(seqs(await next(queue))).toEqual([0, 3, 4])
    await expectBooksBalance(store)
  })

  it('a batch has the envelope of the wire', async () => {
    const queue = createQueue()
    await queue.enroll(PROFILE, null)
    await queue.append([record(0), record(1)])
    await queue.seal('p1', LIMITS)
    const batch = await next(queue)
    expect(batch).toMatchObject({
      ...PROFILE,
      schemaVersion: 1,
      batchId: 'batch-0',
      producer: 'p1',
      exportedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      count: 2,
      dropped: {},
    })
    expect(batch.items).toHaveLength(2)
  })

  it('a batch is no larger than its limit, and one item that is larger goes alone', async () => {
    const queue = createQueue()
    await queue.enroll(PROFILE, null)
    await queue.append([
      record(0, 1, 4000),
      record(1, 1, 4000),
      record(2, 1, 4000),
      record(3, 1, 20_000),
    ])
    const limits = { maxItems: 20, maxBytes: 10_000 }
    expect(await queue.seal('p1', limits)).toMatchObject({ count: 2 })
    expect(await queue.seal('p1', limits)).toMatchObject({ count: 1 })
    expect(await queue.seal('p1', limits)).toMatchObject({ count: 1 })
    for (const key of await queue.pending()) {
      const batch = await queue.take(key)
      const { count, json } = { count: batch?.row.count ?? 0, json: batch?.json.byteLength ?? 0 }
      expect(count === 1 || json <= limits.maxBytes).toBe(true)
    }
    await expectBooksBalance(store)
  })

  it('a sealed batch is the same, byte for byte, at every attempt', async () => {
    const queue = createQueue()
    await queue.enroll(PROFILE, null)
    await queue.append([record(0)])
    await queue.seal('p1', LIMITS)
    const [key = []] = await queue.pending()
    const first = await queue.take(key)
    if (!first) throw new Error('no batch')
    await queue.putBack(first, { attempts: 1, isAnnounced: false }, 5)
    const second = await queue.take(key)
    expect(second?.json).toEqual(first.json)
    expect(second?.row).toMatchObject({ attempts: 1, batchId: 'batch-0' })
    expect(await queue.notBefore()).toBe(5)
  })

  it('nothing leaves the store before it is settled', async () => {
    const queue = createQueue()
    await queue.enroll(PROFILE, null)
    await queue.append([record(0), record(1)])
    await queue.seal('p1', LIMITS)
    const [key = []] = await queue.pending()
    const batch = await queue.take(key)
    expect(await queue.size()).toBe(2)
    expect(await createQueue().pending()).toEqual([key])
    if (batch) await queue.settle(batch, { again: [], quarantined: null, untold: {} })
    expect(await queue.size()).toBe(0)
    expect(await queue.pending()).toEqual([])
    await expectBooksBalance(store)
  })

  it('what a settlement sends on or refuses is stored in the transaction that removes the batch', async () => {
    const queue = createQueue()
    await queue.enroll(PROFILE, null)
    await queue.append([record(0), record(1), record(2)])
    await queue.seal('p1', LIMITS)
    const [key = []] = await queue.pending()
    const batch = await queue.take(key)
    if (!batch) throw new Error('no batch')
    const part = (batchId: string, count: number) => ({
      batchId,
      count,
      seqs: [],
      json: batch.json,
      dropped: {},
    })
    await queue.settle(batch, {
      again: [part('batch-0/r', 2)],
      quarantined: { part: part('batch-0/q', 1), reason: 'poison' },
      untold: {},
    })
    const all = await rows(store)
    expect(all.map(({ key: [kind] }) => kind)).toEqual(['b', 'm', 'p', 'p', 'q'])
    expect(all.at(-1)?.value).toMatchObject({ batchId: 'batch-0/q', reason: 'poison', count: 1 })
    expect(await queue.size()).toBe(2)
    await expectBooksBalance(store)
  })

  it('over its bounds the oldest of the lowest priority goes, and is counted in the next batch', async () => {
    const queue = createQueue({ maxItems: 5, maxBytes: 1_000_000 })
    await queue.enroll(PROFILE, null)
    await queue.append([record(0), record(1), record(2, 0), record(3), record(4)])
    await queue.append([record(5, 0), record(6)])
    expect(await queue.size()).toBe(5)
    await expectBooksBalance(store)
    await queue.seal('p1', LIMITS)
    const batch = await next(queue)
    expect(seqs(batch)).toEqual([2, 3, 4, 5, 6])
    expect(batch.dropped).toEqual({ evicted: 2 })
    await queue.append([record(7)])
    await queue.seal('p1', LIMITS)
    const told = (await rows(store)).find(({ key }) => key[0] === 'p' && key[1] === 'p1')
    expect((told?.value as ProducerRow | undefined)?.dropped).toEqual({ evicted: 1 })
  })

  it('a batch in flight is never evicted', async () => {
    const queue = createQueue({ maxItems: 4, maxBytes: 1_000_000 })
    await queue.enroll(PROFILE, null)
    await queue.append([record(0), record(1), record(2)])
    await queue.seal('p1', LIMITS)
    const [key = []] = await queue.pending()
    await queue.take(key)
    await queue.append([record(3), record(4), record(5)])
    expect(await queue.size()).toBe(3)
    expect(await queue.pending()).toEqual([key])
    await expectBooksBalance(store)
  })

  it('state changes are evicted last', async () => {
    const queue = createQueue({ maxItems: 3, maxBytes: 1_000_000 })
    await queue.enroll(PROFILE, null)
    await queue.append([record(0, 0), record(1, 0)])
    await queue.seal('p1', LIMITS)
    await queue.append([record(2), record(3), record(4), record(5, 0)])
    const kept = (await rows(store)).filter(({ key }) => key[0] === 'b' || key[0] === 'i')
    expect(kept.map(({ key }) => key)).toEqual([
      ['b', 'p1', 0, 0],
      ['i', 'p1', 0, 5],
    ])
  })

  it('quarantine is bounded, and what has to leave it is counted', async () => {
    const queue = createQueue()
    await queue.enroll(PROFILE, null)
    for (let batch = 0; batch < 3; batch++) {
      await queue.append(Array.from({ length: 10 }, (_, n) => record(batch * 10 + n)))
      await queue.seal('p1', LIMITS)
      const [key = []] = await queue.pending()
      const taken = await queue.take(key)
      if (!taken) throw new Error('no batch')
      const part = { batchId: `q${batch}`, count: 10, seqs: [], json: taken.json, dropped: {} }
      await queue.settle(taken, { again: [], quarantined: { part, reason: 'no' }, untold: {} })
    }
    const all = await rows(store)
    const held = all
      .filter(({ key }) => key[0] === 'q')
      .map(({ value }) => (value as { batchId: string }).batchId)
    expect(held).toEqual(['q1', 'q2'])
    const producer = all.find(({ key }) => key[0] === 'p')?.value as ProducerRow
    expect(producer.dropped).toEqual({ rejected: 10 })
    await expectBooksBalance(store)
  })

  it('clear forgets what every producer stored, and counts all of it', async () => {
    const queue = createQueue()
    await queue.enroll(PROFILE, null)
    await queue.append([record(0), record(1), record(0, 1, 0, 'somebody else')])
    await queue.seal('p1', { ...LIMITS, maxItems: 1 })
    await queue.clear()
    expect((await rows(store)).map(({ key }) => key)).toEqual([['m'], ['p', 'p1'], ['p', 'p1.w0']])
    await queue.append([record(2)])
    await queue.seal('p1', LIMITS)
    expect((await next(queue)).dropped).toEqual({ cleared: 3 })
    await expectBooksBalance(store)
  })

  it('a row that cannot be read any more is not in the way of the others', async () => {
    const queue = createQueue()
    await queue.enroll(PROFILE, null)
    await queue.append([record(0), record(1)])
    await queue.seal('p1', { ...LIMITS, maxItems: 1 })
    await queue.seal('p1', { ...LIMITS, maxItems: 1 })
    const [key = []] = await queue.pending()
    await store.write(async (transaction) => {
      const row = await transaction.get<object>(key)
      transaction.put(key, { ...row, body: new Uint8Array([1, 2, 3]) })
    })
    expect(await queue.take(key)).toBeNull()
    expect(seqs(await next(queue))).toEqual([1])
    await expectBooksBalance(store)
  })

  it('items that were stored twice under one seq are one item', async () => {
    const queue = createQueue()
    await queue.enroll(PROFILE, null)
    await queue.append([record(0, 0), record(1)])
    await queue.append([record(0, 0)])
    expect(await queue.size()).toBe(2)
    await expectBooksBalance(store)
  })

  it('a producer of its own has batches of its own', async () => {
    const queue = createQueue()
    await queue.enroll(PROFILE, null)
    await queue.append([record(0), record(0, 0, 0, 'p1.w0')])
    await queue.seal('p1', LIMITS)
    await queue.seal('p1.w0', LIMITS)
    const producers: Item[][] = []
    for (const key of await queue.pending()) {
      const batch = await queue.take(key)
      const body = JSON.parse(new TextDecoder().decode(batch?.json))
      producers.push(body.producer)
    }
    expect(producers).toEqual(['p1.w0', 'p1'])
  })
})
