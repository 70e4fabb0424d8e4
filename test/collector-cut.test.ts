// Whom the collector's socket does not let in, and whom it cuts off.
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { formatText } from '../collector/src/log-format.ts'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector, ServeOptions } from '../collector/src/serve.ts'
import { batchOf, itemOf } from './batches.ts'
import { dial } from './socket-client.ts'
import type { SocketClient } from './socket-client.ts'

const HELLO = { type: 'hello', schemaVersion: 1, producer: 'p', pending: [] }

const lines: string[] = []
let collector: RunningCollector

async function start(options: Partial<ServeOptions> = {}): Promise<SocketClient> {
  lines.length = 0
  collector = await startCollector({ log: (entry) => lines.push(formatText(entry)), ...options })
  return dial(collector.url)
}

async function meet(options: Partial<ServeOptions> = {}): Promise<SocketClient> {
  const client = await start(options)
  await client.greet()
  return client
}

afterEach(async () => collector?.close())

describe('an upgrade', () => {
  test('from a page of another origin is refused', async () => {
    await start({ corsOrigins: ['https://app.example'] })
    const from = (origin: string) => dial(collector.url, { headers: { origin } })
    await expect(from('https://evil.example')).rejects.toThrow('refused with 403')
    expect(lines).toEqual(['refused with 403: This origin may not send here.'])
    expect(await (await from('https://app.example')).greet()).toMatchObject({ type: 'welcome' })
  })

  test('at another address is refused', async () => {
    await start()
    await expect(dial(collector.url, { path: '/x' })).rejects.toThrow('refused with 404')
  })

  test('over the number of sockets is refused until one closes', async () => {
    const client = await start({ sockets: { maxSockets: 1 } })
    await expect(dial(collector.url)).rejects.toThrow('refused with 503')
    client.ws.close()
    await client.closed
    await expect.poll(async () => (await dial(collector.url)).greet()).toMatchObject({ have: [] })
  })
})

describe('a client is told why and closed', () => {
  test.each<[string, unknown, string]>([
    ['a frame that is no JSON', '{', 'The frame is not JSON.'],
    ['a frame that is no object', 'null', 'body: expected object, received null'],
    ['a frame of an unknown type', { type: 'welcome' }, 'type: not hello or ping'],
    ['a frame of a type that is inherited', { type: 'toString' }, 'type: not hello or ping'],
    ['a frame that is far too long', 'x'.repeat(70_000), 'The frame is longer than 65536 bytes.'],
    ['a ping before hello', { type: 'ping' }, 'Expected hello first.'],
    ['another version', { ...HELLO, schemaVersion: 2 }, 'schemaVersion: expected 1'],
    ['no version', { ...HELLO, schemaVersion: undefined }, 'schemaVersion: expected 1'],
    ['no producer', { ...HELLO, producer: '' }, 'producer: '],
    ['a list that is none', { ...HELLO, pending: {} }, 'pending: expected array, received object'],
    ['a key that is no string', { ...HELLO, key: 1 }, 'key: expected string, received number'],
  ])('for %s', async (_, frame, reason) => {
    const client = await start()
    client.say(frame)
    const nack = { type: 'nack', batchId: null, code: 400 }
    expect(await client.next()).toEqual({ ...nack, reason: expect.stringContaining(reason) })
    expect(await client.closed).toBe(1008)
    expect(lines).toEqual([expect.stringContaining(`refused with 400: ${reason}`)])
  })

  test('for a batch before hello', async () => {
    const client = await start()
    client.send(batchOf([itemOf(0)]))
    expect(await client.next()).toMatchObject({ batchId: null, code: 400 })
    expect(await client.closed).toBe(1008)
    expect((await collector.store.totals()).items).toBe(0)
  })

  test('for a second hello', async () => {
    const client = await meet()
    expect(await client.greet()).toMatchObject({ batchId: null, code: 400 })
    expect(await client.closed).toBe(1008)
  })
})

describe('a client is cut off', () => {
  test('that says no hello in time', async () => {
    const client = await start({ sockets: { helloMs: 30 } })
    expect(await client.closed).toBe(1008)
  })

  test('that says nothing for long, but not one that pings', async () => {
    const quiet = await meet({ sockets: { idleMs: 1000 } })
    const alive = await dial(collector.url)
    await alive.greet()
    let isClosed = false
    void quiet.closed.then(() => (isClosed = true))
    while (!isClosed) {
      await sleep(100)
      alive.say({ type: 'ping' })
      expect(await alive.next()).toEqual({ type: 'pong' })
    }
    expect(await quiet.closed).toBe(1001)
  })

  test('that sends more batches than the window before one is answered', async () => {
    const client = await meet({ sockets: { window: 2 } })
    client.ws.pause()
    for (let seq = 0; seq < 10; seq += 1) client.send(batchOf([itemOf(seq)]))
    client.ws.resume()
    expect(await client.closed).toBe(1008)
    expect(lines.at(-1)).toBe('closed a socket: More batches at once than the window.')
  })

  test('that does not read its answers, and others are served', async () => {
    const client = await meet({ sockets: { maxWaitingBytes: 64 * 1024 } })
    client.ws.pause()
    // As many as are named, each with the longest reason: an answer of 33 kB.
    const data = { metrics: {}, raw: { ['x'.repeat(300)]: 1 } }
    const wrong = itemOf(0, { event: 'stats', tag: 'stats', data })
    const body = gzipSync(JSON.stringify(batchOf(Array(100).fill(wrong))))
    const cut = 'closed a socket: It does not read its answers.'
    for (let sent = 0; sent < 1000 && lines.at(-1) !== cut; sent += 1) {
      const before = lines.length
      client.send(body)
      await expect.poll(() => lines.length, { interval: 1 }).toBeGreaterThan(before)
    }
    expect(lines.at(-1)).toBe(cut)
    expect(await (await dial(collector.url)).greet()).toMatchObject({ type: 'welcome' })
  })

  test('when the collector closes', async () => {
    const client = await meet()
    await collector.close()
    expect(await client.closed).toBe(1001)
    collector = await startCollector({ log: () => {} })
  })

  test('when the collector closes, even if it does not listen', async () => {
    const client = await meet()
    client.ws.pause()
    await expect(collector.close()).resolves.toBeUndefined()
    collector = await startCollector({ log: () => {} })
  })
})
