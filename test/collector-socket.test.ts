// The socket of the collector: its frames, its answers, and whom it cuts off.
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { formatText } from '../collector/src/log-format.ts'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector, ServeOptions } from '../collector/src/serve.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import type { Store } from '../collector/src/store/store.ts'
import type { Batch } from '../src/wire.ts'
import { batchOf, itemOf } from './batches.ts'
import { keptItems } from './kept.ts'
import { dial } from './socket-client.ts'
import type { SocketClient } from './socket-client.ts'

const lines: string[] = []
let collector: RunningCollector

async function start(options: Partial<ServeOptions> = {}): Promise<SocketClient> {
  lines.length = 0
  collector = await startCollector({ log: (entry) => lines.push(formatText(entry)), ...options })
  return dial(collector.url)
}

/** A collector and a client that is welcome there. */
async function meet(options: Partial<ServeOptions> = {}): Promise<SocketClient> {
  const client = await start(options)
  await client.greet()
  return client
}

async function again(pending: readonly string[]): Promise<unknown> {
  return (await dial(collector.url)).greet({ pending })
}

function post(body: object): Promise<Response> {
  return fetch(`${collector.url}/ingest`, { method: 'POST', body: JSON.stringify(body) })
}

async function sendAndHear(client: SocketClient, batch: Batch): Promise<unknown> {
  client.send(batch)
  return client.next()
}

function refusal(code: number, reason: string, batchId: string | null = null): object {
  return { type: 'nack', batchId, code, reason }
}

/** Fails on one session, and on whatever comes together with it. */
async function openFailingStore(): Promise<Store> {
  const store = await openStore(':memory:')
  const put = store.put.bind(store)
  store.put = async (arrivals) => {
    if (arrivals.some(({ sessionId }) => sessionId === 'bad')) throw new Error('disk full')
    return put(arrivals)
  }
  return store
}

afterEach(async () => collector?.close())

describe('a welcome', () => {
  test('says how much may come', async () => {
    const client = await start({ maxBodyBytes: 50_000 })
    const welcome = { type: 'welcome', have: [], window: 4, maxBytes: 50_000 }
    expect(await client.greet()).toEqual(welcome)
  })

  test('names what is kept whole already, by whatever way it came', async () => {
    const client = await meet()
    const [bySocket, byPost, unknown] = [batchOf([itemOf(0)]), batchOf([itemOf(1)]), batchOf([])]
    client.send(bySocket)
    await client.next()
    await post(byPost)
    const ids = [unknown, bySocket, byPost].map(({ batchId }) => batchId)
    expect(await again(ids)).toMatchObject({ have: ids.slice(1) })
  })

  test('names no batch of which an item was rejected, or is partial', async () => {
    const client = await meet()
    const rejected = { ...batchOf([itemOf(0)]), count: 2, items: [itemOf(0), 'x'] }
    const partial = batchOf([itemOf(1, { partial: true })])
    const ids = [rejected, partial].map(({ batchId }) => batchId)
    client.send(gzipSync(JSON.stringify(rejected)))
    client.send(partial)
    expect(await client.next()).toMatchObject({ rejected: [{ index: 1 }] })
    await client.next()
    expect(await again(ids)).toMatchObject({ have: [] })
  })

  test('looks at the first 64 of those that are asked for', async () => {
    const client = await meet()
    client.send(batchOf([], { batchId: 'a' }))
    await client.next()
    const others = Array.from({ length: 63 }, (_, index) => `x${index}`)
    expect(await again([...others, 'a', 'a'])).toMatchObject({ have: ['a'] })
    expect(await again([...others, 'x', 'a'])).toMatchObject({ have: [] })
  })
})

describe('a batch on a socket', () => {
  test.each([
    ['JSON', (text: string) => Buffer.from(text)],
    ['gzip', (text: string) => gzipSync(text)],
  ])('as %s is kept and acked like a POST', async (_, encode) => {
    const client = await meet()
    const batch = batchOf([itemOf(0)])
    client.send(encode(JSON.stringify(batch)))
    expect(await client.next()).toEqual({ type: 'ack', batchId: batch.batchId })
    expect(await keptItems(collector.store, 's')).toMatchObject([{ seq: 0, producer: 'p' }])
    expect(lines[0]).toContain('Demo call (s)  #1  1 item  alice: 1 event')
  })

  test('has its rejected items named in the ack', async () => {
    const client = await meet()
    const batch = { ...batchOf([]), count: 2, items: [itemOf(0), { ...itemOf(1), seq: 'one' }] }
    client.send(gzipSync(JSON.stringify(batch)))
    const reason = 'seq: expected number, received string'
    const rejected = [{ index: 1, reason, retry: false }]
    expect(await client.next()).toEqual({ type: 'ack', batchId: batch.batchId, rejected })
  })

  test('is acked when it comes again, and kept once', async () => {
    const client = await meet()
    const batch = batchOf([itemOf(0)])
    client.send(batch)
    client.send(batch)
    expect(await client.next()).toEqual(await client.next())
    expect((await collector.store.totals()).items).toBe(1)
  })

  test.each<[string, Uint8Array, object]>([
    ['no JSON', Buffer.from('{"a":'), refusal(400, 'The body is not JSON.')],
    ['no gzip', Buffer.of(0x1f, 0x8b, 1), refusal(400, 'The body is not gzip, or is cut off.')],
    ['nothing', Buffer.of(), refusal(400, 'The body is not JSON.')],
    [
      'JSON that breaks off, behind its id',
      Buffer.from(JSON.stringify(batchOf([], { batchId: 'b"1' })).slice(0, -1)),
      refusal(400, 'The body is not JSON.', 'b"1'),
    ],
    [
      'gzip that breaks off, behind its id',
      gzipSync(JSON.stringify(batchOf([], { batchId: 'b1' }))).subarray(0, -9),
      refusal(400, 'The body is not gzip, or is cut off.', 'b1'),
    ],
    [
      'a wrong member',
      Buffer.from(JSON.stringify({ ...batchOf([]), batchId: 'b1', count: 1 })),
      refusal(400, 'count: expected the number of items', 'b1'),
    ],
    [
      'a plain body, which has no id',
      Buffer.from('{"sessionId":"s","items":[]}'),
      refusal(400, 'batchId: expected a string of 1 to 200 characters'),
    ],
    [
      'too much, behind its id',
      Buffer.from(JSON.stringify({ ...batchOf([]), batchId: 'b1', more: 'x'.repeat(60_000) })),
      refusal(413, 'The body is larger than 50000 bytes.', 'b1'),
    ],
    [
      'a bomb, behind its id',
      gzipSync(JSON.stringify({ ...batchOf([]), batchId: 'b1', more: 'x'.repeat(4e7) })),
      refusal(413, 'The body inflates to over 50000 bytes.', 'b1'),
    ],
  ])('that is %s is not kept, and the next one is', async (_, body, nack) => {
    const client = await meet({ maxBodyBytes: 50_000 })
    client.send(body)
    expect(await client.next()).toEqual(nack)
    client.send(batchOf([itemOf(0)], { batchId: 'b2' }))
    expect(await client.next()).toEqual({ type: 'ack', batchId: 'b2' })
    expect(lines).toHaveLength(2)
  })

  test('far over the limit closes the socket', async () => {
    const client = await meet({ maxBodyBytes: 50_000 })
    client.send(Buffer.alloc(200_000))
    expect(await client.closed).toBe(1009)
  })

  test('whose client is gone is kept all the same', async () => {
    const client = await meet()
    const batch = batchOf([itemOf(0)])
    client.send(batch)
    client.ws.close()
    await client.closed
    await expect.poll(async () => (await collector.store.totals()).items).toBe(1)
    expect(await again([batch.batchId])).toMatchObject({ have: [batch.batchId] })
  })

  test('that the store fails on is to come again, and others are served', async () => {
    const client = await meet({ store: await openFailingStore() })
    client.send(batchOf([], { batchId: 'b1', sessionId: 'bad' }))
    const reason = 'The collector failed on this batch.'
    expect(await client.next()).toEqual(refusal(500, reason, 'b1'))
    expect(lines).toEqual(['failed: disk full'])
    client.send(batchOf([], { batchId: 'b2' }))
    expect(await client.next()).toEqual({ type: 'ack', batchId: 'b2' })
  })
})

describe('an item that comes by two ways', () => {
  const partial = () => batchOf([itemOf(0, { partial: true, data: 'partial' })])
  const whole = () => batchOf([itemOf(0, { data: 'whole' })])
  const orders: [string, (() => Batch)[]][] = [
    ['the partial one first', [partial, whole]],
    ['the whole one first', [whole, partial]],
    ['the whole one between partial ones', [partial, whole, partial]],
    ['the whole one twice', [whole, partial, whole]],
  ]

  test.each(orders)(
    'is kept once and whole, by socket and POST in turn: %s',
    async (_, batches) => {
      const client = await meet()
      for (const [index, make] of batches.entries()) {
        if (index % 2 === 1) await post(make())
        else await sendAndHear(client, make())
      }
      expect(await keptItems(collector.store, 's')).toMatchObject([{ seq: 0, data: 'whole' }])
    },
  )

  test.each(orders)(
    'is kept once and whole, by POST and socket in turn: %s',
    async (_, batches) => {
      const client = await meet()
      for (const [index, make] of batches.entries()) {
        if (index % 2 === 0) await post(make())
        else await sendAndHear(client, make())
      }
      expect(await keptItems(collector.store, 's')).toMatchObject([{ seq: 0, data: 'whole' }])
    },
  )

  test('stays the first partial one until the whole one comes', async () => {
    const client = await meet()
    await post(batchOf([itemOf(0, { partial: true, data: 'first' })]))
    client.send(batchOf([itemOf(0, { partial: true, data: 'second' })]))
    await client.next()
    expect(await keptItems(collector.store, 's')).toMatchObject([{ data: 'first', partial: true }])
  })
})
