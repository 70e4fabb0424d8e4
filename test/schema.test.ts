// The schemas of the wire: what a batch says of its client's queue.
import { describe, expect, test } from 'vitest'
import { batchJsonSchema, batchSchema } from '../src/schema.ts'
import { batchOf, itemOf } from './batches.ts'

const QUEUE = { depth: 3, bytes: 4096, oldestAgeMs: 1500, mode: 'indexeddb' }

const withQueue = (queue: unknown) => {
  const batch = batchOf([itemOf(0)])
  return { ...batch, client: { ...batch.client, queue } }
}

describe('the queue of a client', () => {
  test.each([
    ['is taken as it is', QUEUE],
    ['may be of an unknown age', { ...QUEUE, oldestAgeMs: null }],
    ['may be kept in a way that a later version knows', { ...QUEUE, mode: 'telepathy' }],
  ])('%s', (_, queue) => {
    expect(batchSchema.parse(withQueue(queue)).client.queue).toEqual(queue)
  })

  test.each([
    ['a depth below 0', { depth: -1 }],
    ['a depth that is no integer', { depth: 0.5 }],
    ['bytes that are no number', { bytes: '4096' }],
    ['bytes that no double holds', { bytes: 1e300 }],
    ['an age below 0', { oldestAgeMs: -1 }],
    ['an age that is no number', { oldestAgeMs: 'old' }],
    ['a mode that is no text', { mode: 1 }],
  ])('with %s is none, and the member is named', (_, wrong) => {
    const { error } = batchSchema.safeParse(withQueue({ ...QUEUE, ...wrong }))
    const path = ['client', 'queue', ...Object.keys(wrong)]
    expect(error?.issues).toMatchObject([{ path }])
  })

  test('is in the JSON Schema, and need not be there', () => {
    const { properties } = batchJsonSchema() as {
      properties: { client: { properties: object; required: string[] } }
    }
    expect(properties.client.properties).toHaveProperty('queue')
    expect(properties.client.required).not.toContain('queue')
  })
})
