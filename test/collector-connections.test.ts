// How many may be connected, how long they may take, and how a collector lets go of them.
import { Agent } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector, ServeOptions } from '../collector/src/serve.ts'
import { formatText } from '../collector/src/log-format.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import type { Store } from '../collector/src/store/store.ts'
import { batchOf, itemOf } from './batches.ts'
import { ask, postBatch } from './posting.ts'
import { open, rawRequest } from './raw-http.ts'
import type { RawConnection } from './raw-http.ts'
import { dial } from './socket-client.ts'

const OTHER = '127.0.0.2'
/** On a machine that does much else. */
const LATE = { timeout: 15_000 }
const BODY = JSON.stringify(batchOf([itemOf(0)]))

const lines: string[] = []
let collector: RunningCollector

async function start(options: Partial<ServeOptions> = {}): Promise<void> {
  lines.length = 0
  collector = await startCollector({ log: (entry) => lines.push(formatText(entry)), ...options })
}

afterEach(async () => collector?.close())

const openMany = (count: number, from?: string): Promise<RawConnection[]> =>
  Promise.all(Array.from({ length: count }, () => open(collector.url, from)))

const isServed = (from: string): Promise<number | string> =>
  ask(`${collector.url}/healthz`, { localAddress: from }).then(
    ({ status }) => status,
    () => 'cut',
  )

describe('connections', () => {
  test('of one address leave room for those of others, and come back when they end', async () => {
    await start({ maxConnectionsPerAddress: 50 })
    const many = await openMany(60)
    await Promise.all(many.slice(50).map(({ closed }) => closed))
    expect(await isServed('127.0.0.1')).toBe('cut')
    expect(await isServed(OTHER)).toBe(200)
    expect(lines).toEqual(['closed a socket: Too many are open.'])
    many[0]?.socket.destroy()
    await expect.poll(() => isServed('127.0.0.1'), LATE).toBe(200)
  })

  test('of sockets count as well', async () => {
    await start({ maxConnectionsPerAddress: 5 })
    const sockets = await Promise.all(Array.from({ length: 5 }, () => dial(collector.url)))
    expect(await isServed('127.0.0.1')).toBe('cut')
    const other = await dial(collector.url, { localAddress: OTHER })
    expect(await other.greet()).toMatchObject({ type: 'welcome' })
    sockets[0]?.ws.close()
    await expect.poll(() => isServed('127.0.0.1'), LATE).toBe(200)
  })

  test('of all are bounded too', async () => {
    await start({ maxConnections: 4 })
    const many = await openMany(4)
    expect(await isServed(OTHER)).toBe('cut')
    expect(lines).toEqual(['closed a socket: Too many are open.'])
    many[0]?.socket.destroy()
    await expect.poll(() => isServed(OTHER), LATE).toBe(200)
  })
})

describe('a connection is cut', () => {
  const quick = { timeouts: { headersMs: 100, requestMs: 200, keepAliveMs: 100 } }

  test.each([
    ['that says nothing', ''],
    ['whose head never ends', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: '],
    ['whose body never ends', 'POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{'],
    ['that asks no more', rawRequest('GET', '/healthz')],
  ])('%s', async (_, sent) => {
    await start(quick)
    const connection = await open(collector.url)
    connection.write(sent)
    await connection.closed
    expect(await isServed(OTHER)).toBe(200)
  })

  test('that sends its head a byte at a time', async () => {
    await start(quick)
    const connection = await open(collector.url)
    let isCut = false
    void connection.closed.then(() => (isCut = true))
    connection.write('GET /healthz HTTP/1.1\r\nX-A: ')
    const drip = setInterval(() => connection.write('x'), 5)
    await expect.poll(() => isCut, LATE).toBe(true)
    clearInterval(drip)
  })

  test('of a socket whose peer is gone without a word', async () => {
    await start({ sockets: { idleMs: 100 }, maxConnectionsPerAddress: 1 })
    const client = await dial(collector.url)
    await client.greet()
    // It answers no close: nobody is there.
    client.ws.pause()
    await expect.poll(() => isServed('127.0.0.1'), LATE).toBe(200)
  })
})

/** Keeps when it is told to. */
async function openSlowStore(): Promise<{ store: Store; asked: (() => void)[] }> {
  const store = await openStore(':memory:')
  const asked: (() => void)[] = []
  const put = store.put.bind(store)
  store.put = async (arrivals) => {
    await new Promise<void>((resolve) => asked.push(resolve))
    return put(arrivals)
  }
  return { store, asked }
}

describe('close', () => {
  test('twice is the same', async () => {
    await start()
    const first = collector.close()
    expect(collector.close()).toBe(first)
    await first
    await expect(collector.close()).resolves.toBeUndefined()
    await expect(ask(`${collector.url}/healthz`)).rejects.toThrow('ECONNREFUSED')
  })

  test('answers a request of which half the body has come', async () => {
    await start()
    const connection = await open(collector.url)
    const request = rawRequest('POST', '/ingest', [], BODY)
    connection.write(request.slice(0, -20))
    // The collector has heard of it when it answers the next one.
    await isServed(OTHER)
    const closed = collector.close()
    connection.write(request.slice(-20))
    await connection.closed
    expect(connection.heard()).toMatch(/^HTTP\/1.1 200 [^]*connection: close[^]*"accepted":1/i)
    await closed
  })

  test('answers what the store is still keeping', async () => {
    const { store, asked } = await openSlowStore()
    await start({ store })
    const answer = postBatch(collector.url, batchOf([itemOf(0)]))
    await expect.poll(() => asked.length, LATE).toBe(1)
    const closed = collector.close()
    asked[0]?.()
    expect(await answer).toMatchObject({ status: 200 })
    await closed
  })

  test('answers requests that were sent one behind the other', async () => {
    const { store, asked } = await openSlowStore()
    await start({ store })
    const connection = await open(collector.url)
    const request = rawRequest('POST', '/ingest', [], BODY)
    connection.write(request)
    await expect.poll(() => asked.length, LATE).toBe(1)
    connection.write(request)
    await isServed(OTHER)
    asked[0]?.()
    await expect.poll(() => asked.length, LATE).toBe(2)
    await expect.poll(() => connection.heard(), LATE).toContain('"accepted":1')
    const closed = collector.close()
    asked[1]?.()
    await closed
    await connection.closed
    expect(connection.heard().match(/HTTP\/1.1 200/g)).toHaveLength(2)
  })

  test('sends an answer to its end', async () => {
    await start()
    const data = 'x'.repeat(3_000_000)
    for (const seq of [0, 1, 2]) await postBatch(collector.url, batchOf([itemOf(seq, { data })]))
    const connection = await open(collector.url)
    connection.socket.pause()
    connection.write(rawRequest('GET', '/sessions/s'))
    await isServed(OTHER)
    const closed = collector.close()
    connection.socket.resume()
    await closed
    await connection.closed
    expect(connection.heard().length).toBeGreaterThan(9_000_000)
  })

  test('does not wait for idle connections', async () => {
    await start({ timeouts: { keepAliveMs: 60_000, headersMs: 30_000, closeMs: 60_000 } })
    const agent = new Agent({ keepAlive: true })
    await ask(`${collector.url}/healthz`, { agent })
    const silent = await open(collector.url)
    await collector.close()
    await expect(silent.closed).resolves.toBeUndefined()
    agent.destroy()
  })

  test('waits no longer than its deadline', async () => {
    await start({ store: (await openSlowStore()).store, timeouts: { closeMs: 100 } })
    const half = await open(collector.url)
    half.write(rawRequest('POST', '/ingest', [], BODY).slice(0, -20))
    const stuck = postBatch(collector.url, batchOf([itemOf(0)]))
    await isServed(OTHER)
    const cut = stuck.catch((error: Error) => error.message)
    await collector.close()
    await half.closed
    expect(await cut).toBe('socket hang up')
  })

  test('lets no socket in any more', async () => {
    await start()
    const connection = await open(collector.url)
    connection.write(rawRequest('POST', '/ingest', [], BODY).slice(0, -1))
    await isServed(OTHER)
    const closed = collector.close()
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
    const key = `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`
    connection.write(`}${rawRequest('GET', '/ingest', [...upgrade, key])}`)
    await closed
    expect(connection.heard()).not.toContain('HTTP/1.1 101')
  })
})

describe('who offers h2c is served as plain HTTP/1.1', () => {
  const OFFER = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk']

  test('in a GET and in a POST with a body, whole or in pieces', async () => {
    await start()
    const get = await open(collector.url)
    get.write(rawRequest('GET', '/healthz', OFFER))
    await expect.poll(() => get.heard(), LATE).toMatch(/^HTTP\/1.1 200 [^]*"ok":true/)
    const post = await open(collector.url)
    post.write(rawRequest('POST', '/ingest', OFFER, BODY))
    await expect.poll(() => post.heard(), LATE).toMatch(/^HTTP\/1.1 200 [^]*"accepted":1/)
    const pieces = await open(collector.url)
    const request = rawRequest('POST', '/ingest', OFFER, BODY)
    pieces.write(request.slice(0, -100))
    await isServed(OTHER)
    pieces.write(request.slice(-100))
    await expect.poll(() => pieces.heard(), LATE).toMatch(/^HTTP\/1.1 200 [^]*"duplicates":1/)
  })

  test('as often as it offers, on one connection, with all its headers', async () => {
    await start({ keys: ['k'], maxConnectionsPerAddress: 2 })
    const warnings: Error[] = []
    const warn = (warning: Error): number => warnings.push(warning)
    process.on('warning', warn)
    const connection = await open(collector.url)
    const request = rawRequest('POST', '/ingest', [...OFFER, 'Authorization: Bearer k'], BODY)
    for (let sent = 1; sent <= 30; sent += 1) {
      connection.write(request)
      const answers = () => connection.heard().match(/HTTP\/1.1 200/g)?.length
      await expect.poll(answers, { ...LATE, interval: 5 }).toBe(sent)
    }
    process.off('warning', warn)
    expect(warnings).toEqual([])
    expect(await isServed('127.0.0.1')).toBe(200)
  })

  test('and is cut like anybody else when it goes no further', async () => {
    await start({ timeouts: { headersMs: 100, requestMs: 200 } })
    const connection = await open(collector.url)
    connection.write(rawRequest('POST', '/ingest', OFFER, BODY).slice(0, -20))
    await expect(connection.closed).resolves.toBeUndefined()
  })

  test('and is answered when the collector closes', async () => {
    await start()
    const connection = await open(collector.url)
    const request = rawRequest('POST', '/ingest', OFFER, BODY)
    connection.write(request.slice(0, -20))
    await isServed(OTHER)
    const closed = collector.close()
    connection.write(request.slice(-20))
    await connection.closed
    expect(connection.heard()).toContain('"accepted":1')
    await closed
  })
})
