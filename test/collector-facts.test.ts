// What the collector knows of who sent a batch: the queue it was sealed from, and what was given up.
import { describe, expect, test } from 'vitest'
import { NOWHERE } from '../collector/src/facts.ts'
import { checkBatch } from '../collector/src/ingest/check.ts'
import { batchOf, itemOf } from './batches.ts'

const QUEUE = { depth: 3, bytes: 4096, oldestAgeMs: 1500, mode: 'memory' }

const withQueue = (queue: unknown) => {
  const batch = batchOf([itemOf(0)])
  return { ...batch, client: { ...batch.client, queue } }
}

function factsOf(body: unknown) {
  const checked = checkBatch(body, NOWHERE)
  if (checked.status === 'refused') throw new Error(checked.reason)
  return checked.arrival.facts
}

describe('the queue of a client', () => {
  test('is what its batch says, and nothing beside it', () => {
    expect(factsOf(withQueue({ ...QUEUE, mood: 'x'.repeat(1000) })).queue).toEqual(QUEUE)
  })

  test('is null where the batch says nothing of it', () => {
    expect(factsOf(batchOf([itemOf(0)])).queue).toBeNull()
  })

  test('is null where a later version keeps it in a way that is not known here', () => {
    expect(factsOf(withQueue({ ...QUEUE, mode: 'telepathy' })).queue).toBeNull()
  })

  test('with a number that is none is refused, and the answer names the member', () => {
    const checked = checkBatch(withQueue({ ...QUEUE, bytes: -1 }), NOWHERE)
    const reason = expect.stringContaining('client.queue.bytes: ')
    expect(checked).toMatchObject({ status: 'refused', code: 400, reason })
  })
})

describe('what was given up', () => {
  test('is known by batch, for the reasons that are known here', () => {
    const dropped = { evicted: 3, 'page-buffer': 1 }
    expect(factsOf(batchOf([], { dropped })).dropped).toEqual(dropped)
    const later = { ...batchOf([]), dropped: { ...dropped, boredom: 7, constructor: 1 } }
    expect(factsOf(later).dropped).toEqual(dropped)
  })
})

test('a plain body says nothing of its sender, whatever it calls `client` and `dropped`', () => {
  const { sessionId, sessionName, exportedAt, count, items } = batchOf([])
  const client = { roomId: 7, userId: 7, sdkVersion: 7, hints: 7, keys: 7, queue: QUEUE }
  const plain = { sessionId, sessionName, exportedAt, count, items }
  expect(factsOf({ ...plain, client, dropped: { evicted: 1 } })).toEqual(factsOf(plain))
})
