// What the collector knows of who sent a batch.
import { expect, test } from 'vitest'
import { NOWHERE } from '../collector/src/facts.ts'
import { checkBatch } from '../collector/src/ingest/check.ts'
import { batchOf } from './batches.ts'

function factsOf(body: unknown) {
  const checked = checkBatch(body, NOWHERE)
  if (checked.status === 'refused') throw new Error(checked.reason)
  return checked.arrival.facts
}

test('a plain body says nothing of its sender, whatever it calls `client`', () => {
  const { sessionId, sessionName, exportedAt, count, items } = batchOf([])
  const client = { roomId: 7, userId: 7, sdkVersion: 7, userAgent: 7, hints: 7, keys: 7 }
  const plain = { sessionId, sessionName, exportedAt, count, items }
  expect(factsOf({ ...plain, client })).toEqual(factsOf(plain))
})
