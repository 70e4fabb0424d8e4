import { expect, it } from 'vitest'
import type { Batch } from '../src/wire.ts'
import { takeCensus } from '../workers/census.ts'
import { move } from '../workers/move.ts'
import type { Queue } from '../workers/queue.ts'
import { PROFILE, queueOver, record, rows, STORES } from './stores.ts'

const LIMITS = { maxItems: 2, maxBytes: 96_000 }

let ids = 0

async function create(store = STORES.memory()): Promise<Queue> {
  const queue = queueOver(store, { newId: () => `b${ids++}` })
  await queue.enroll(PROFILE, null)
  return queue
}

async function bodies(queue: Queue): Promise<Batch[]> {
  const all: Batch[] = []
  for (const key of await queue.pending()) {
    const batch = await queue.take(key)
    if (!batch) continue
    all.push(JSON.parse(new TextDecoder().decode(batch.json)))
    const { attempts, isAnnounced } = batch.row
    await queue.putBack(batch, { attempts, isAnnounced }, 0)
  }
  return all
}

/** The first batch, taken out. */
async function take(queue: Queue) {
  const [key = []] = await queue.pending(1)
  const batch = await queue.take(key)
  if (!batch) throw new Error('no batch')
  return batch
}

it('items, batches, quarantine and counters are at the new place, and none of it at the old one', async () => {
  const from = await create()
  const to = await create()
  await from.append([record(0), record(1), record(2, 0), record(3), record(0, 0, 0, 'p1.w0')])
  await from.seal('p1', LIMITS)
  const refused = await take(from)
  const part = { batchId: 'q', count: 2, json: refused.json, seqs: [], dropped: {} }
  await from.settle(refused, { again: [], quarantined: { part, reason: 'no' }, untold: {} })
  await from.append([record(4)])
  await from.seal('p1', LIMITS)
  await from.drop('page-buffer', 3)
  await to.drop('page-buffer', 2)
  const [before, there] = [await takeCensus(from), await takeCensus(to)]
  await move(from, to)
  const after = await takeCensus(to)
  expect(after).toMatchObject({ depth: before.depth, bytes: before.bytes, quarantined: 2 })
  expect(there.dropped).toEqual({ 'page-buffer': 2 })
  expect(after.dropped).toEqual({ 'page-buffer': 5 })
  expect(await takeCensus(from)).toMatchObject({
    depth: 0,
    bytes: 0,
    quarantined: 0,
    dropped: {},
  })
})

it('what is moved twice is there once', async () => {
  const [from, to] = [await create(), await create()]
  await from.append([record(0), record(1)])
  await move(from, to)
  await move(from, to)
  await from.append([record(0)])
  await move(from, to)
  expect((await takeCensus(to)).depth).toBe(2)
})

it('batches go on in the order in which they were sealed, after those that were there', async () => {
  const [from, to] = [await create(), await create()]
  for (const [queue, first] of [
    [to, 0],
    [from, 2],
  ] as const) {
    for (const seq of [first, first + 1]) {
      await queue.append([record(seq)])
      await queue.seal('p1', LIMITS)
    }
  }
  const expected = [...(await bodies(to)), ...(await bodies(from))]
  await move(from, to)
  expect(await bodies(to)).toEqual(expected)
})

it('what is in flight stays', async () => {
  const [from, to] = [await create(), await create()]
  await from.append([record(0), record(1), record(2)])
  await from.seal('p1', LIMITS)
  await take(from)
  await move(from, to)
  expect((await takeCensus(from)).depth).toBe(2)
  expect((await takeCensus(to)).depth).toBe(1)
})

it('where the new place refuses, everything is at the old one', async () => {
  const store = STORES.memory()
  const [from, to] = [await create(), await create(store)]
  await from.append([record(0), record(1), record(2)])
  await from.seal('p1', LIMITS)
  await from.drop('evicted', 3)
  const before = await takeCensus(from)
  store.write = () => Promise.reject(new Error('full'))
  await expect(move(from, to)).rejects.toThrow('full')
  expect(await takeCensus(from)).toMatchObject({ ...before, oldestAgeMs: expect.anything() })
  expect((await rows(store)).filter(({ key: [kind] }) => kind === 'i' || kind === 'b')).toEqual([])
})
