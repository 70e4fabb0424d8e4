// What is shown of a client: what waits there, and what it gave up.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ProducerView } from '../collector/src/live/views.ts'
import type { Batch, ClientQueue, Item } from '../src/wire.ts'
import { batchOf, itemOf } from './batches.ts'
import { openCall, timeAt } from './live-call.ts'
import type { LiveCall } from './live-call.ts'

let call: LiveCall

beforeEach(async () => {
  call = await openCall()
})

afterEach(() => call.collector.close())

async function sender(): Promise<ProducerView | undefined> {
  return (await call.group('/live/rooms/s')).connections[0]?.from
}

const queueOf = (depth: number): ClientQueue => ({
  depth,
  bytes: 1000 * depth,
  oldestAgeMs: null,
  mode: 'indexeddb',
})

function sealed(atMs: number, depth: number): Partial<Batch> {
  return {
    exportedAt: timeAt(atMs),
    client: { ...batchOf([]).client, queue: queueOf(depth) },
  }
}

const droppedItem = (seq: number, reason: string, count: number): Item =>
  itemOf(seq, {
    ...{ event: 'dropped', tag: 'exporter', peerId: null, peerName: null, pcId: null },
    data: { reason, count },
  })

describe('what waits in a client', () => {
  test('is what the batch that was sealed last says, whichever came last', async () => {
    await call.post([itemOf(1)], sealed(2000, 7))
    await call.post([itemOf(0)], sealed(1000, 40))
    expect((await sender())?.queue).toEqual(queueOf(7))
  })

  test('is what was known where a batch says nothing of it', async () => {
    await call.post([itemOf(0)], sealed(1000, 40))
    await call.post([itemOf(1)], { exportedAt: timeAt(2000) })
    expect((await sender())?.queue).toEqual(queueOf(40))
  })

  test('is not known where no batch ever said', async () => {
    await call.post([itemOf(0)])
    expect((await sender())?.queue).toBe(null)
  })
})

describe('what a client gave up', () => {
  test('is the sum of what its page and its workers say, each once', async () => {
    await call.post([itemOf(0), droppedItem(1, 'page-buffer', 3)])
    const fromWorker = { producer: 'p.w1' }
    await call.post([droppedItem(0, 'evicted', 5)], fromWorker)
    await call.post([droppedItem(0, 'evicted', 5), droppedItem(1, 'evicted', 2)], fromWorker)
    await call.post([droppedItem(0, 'evicted', 100)], { producer: 'p2' })
    expect((await sender())?.dropped).toEqual({ 'page-buffer': 3, evicted: 7 })
  })

  test('is for the reasons that there are, and in numbers', async () => {
    const wrong = [droppedItem(1, '__proto__', 1), droppedItem(2, 'evicted', -4)]
    await call.post([itemOf(0), ...wrong, droppedItem(3, 'mine', 1)])
    expect((await sender())?.dropped).toEqual({})
  })
})
