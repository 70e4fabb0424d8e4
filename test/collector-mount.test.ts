// The collector inside somebody's app: in Express, in Hono and in plain Node, under a path, beside what is there already.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { createAdaptorServer } from '@hono/node-server'
import express from 'express'
import type { RequestHandler } from 'express'
import { Hono } from 'hono'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { createCollector, formatText, toNodeHandler } from '../collector/src/index.ts'
import type { Collector, CollectorOptions } from '../collector/src/index.ts'
import { batchOf, itemOf } from './batches.ts'
import { dial } from './socket-client.ts'

const GLOBALS = [globalThis.Request, globalThis.Response]
const lines: string[] = []
const log: CollectorOptions['log'] = (entry) => void lines.push(formatText(entry))
let collector: Collector
let server: Server

type Host = (made: Collector) => Server

const inExpress =
  (...before: RequestHandler[]): Host =>
  (made) => {
    const app = express()
    for (const handler of before) app.use(handler)
    app.use('/stats', toNodeHandler(made))
    return createServer(app)
  }

const inHono: Host = (made) => {
  const app = new Hono()
  app.mount('/stats', made.fetch)
  const serverOptions = { fetch: app.fetch, overrideGlobalObjects: false }
  return createAdaptorServer(serverOptions) as Server
}

const inNode: Host = (made) => {
  const stats = toNodeHandler(made, { path: '/stats' })
  return createServer((request, response) => {
    if (request.url?.startsWith('/stats/')) stats(request, response)
    else response.writeHead(404).end('of the host')
  })
}

async function mount(host: Host, options: Partial<CollectorOptions> = {}): Promise<string> {
  lines.length = 0
  collector = await createCollector({ log, ...options })
  server = host(collector).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(async () => {
  collector.detach()
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
  await collector.close()
})

const BATCH = batchOf([itemOf(0), itemOf(1)])
const KEPT = { accepted: 2, duplicates: 0, rejected: [] }

function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Promise<Response> {
  const sent = body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body)
  return fetch(`${url}/stats/ingest`, { method: 'POST', headers, body: sent })
}

describe.each<[string, Host]>([
  ['Express', inExpress()],
  ['Hono', inHono],
  ['plain Node', inNode],
])('in %s', (_, host) => {
  test('a batch is taken under the path of the mount, and seen there', async () => {
    const url = await mount(host)
    expect(await (await post(url, BATCH)).json()).toEqual(KEPT)
    const gzip = await post(url, gzipSync(JSON.stringify(BATCH)), { 'content-encoding': 'gzip' })
    expect(await gzip.json()).toMatchObject({ duplicates: 2 })
    expect(await (await fetch(`${url}/stats/sessions/s`)).json()).toMatchObject({ batches: 2 })
    const health = await fetch(`${url}/stats/healthz?deep`)
    expect(await health.json()).toMatchObject({ ok: true, items: 2 })
    expect(lines).toHaveLength(2)
  })

  test('what is not ours is not answered by us', async () => {
    const url = await mount(host)
    expect(await (await fetch(`${url}/healthz`)).text()).not.toContain('ok')
    expect((await fetch(`${url}/stats/nothing`)).status).toBe(404)
  })

  test('keys, origins and limits hold', async () => {
    const url = await mount(host, { keys: ['key'], maxBodyBytes: 2000 })
    const large = batchOf([itemOf(0, { data: 'x'.repeat(3000) })])
    const answers = [
      await post(url, BATCH),
      await post(url, large, { authorization: 'Bearer key' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([401, 413])
  })

  test('a socket is taken where it is attached, and ends with the collector', async () => {
    const url = await mount(host)
    collector.attach(server, { path: '/stats/' })
    const client = await dial(url, { path: '/stats/ingest' })
    expect(await client.greet()).toMatchObject({ type: 'welcome' })
    client.send(BATCH)
    expect(await client.next()).toEqual({ type: 'ack', batchId: BATCH.batchId })
    await expect(dial(url)).rejects.toThrow('refused with 404')
    collector.detach()
    expect(await client.closed).toBe(1001)
  })
})

describe('where the host has read the body', () => {
  const text = { 'content-type': 'text/plain' }
  const type = '*/*'
  test.each<[string, RequestHandler, Record<string, string>]>([
    ['express.json()', express.json(), { 'content-type': 'application/json' }],
    ['express.json(), which leaves a beacon alone', express.json(), text],
    ['express.text()', express.text({ type }), text],
    ['express.raw()', express.raw({ type }), text],
  ])('%s: the batch is taken, gzipped or not', async (_, parser, headers) => {
    const url = await mount(inExpress(parser))
    expect(await (await post(url, BATCH, headers)).json()).toEqual(KEPT)
    const gzipped = { ...headers, 'content-encoding': 'gzip' }
    const again = await post(url, gzipSync(JSON.stringify(BATCH)), gzipped)
    expect(await again.json()).toMatchObject({ duplicates: 2 })
  })

  test('and left nothing: it is told, and the batch comes again', async () => {
    const warned = once(process, 'warning')
    const url = await mount(
      inExpress((request, _response, next) => {
        request.resume().on('end', next)
      }),
    )
    const answer = await post(url, BATCH)
    const sentence =
      'The body was read before the collector could: mount the collector before what parses bodies.'
    expect([answer.status, await answer.text()]).toEqual([500, sentence])
    expect(await warned).toMatchObject([{ message: sentence }])
  })

  test('and it is nested deeper than the stack: it is refused', async () => {
    const url = await mount(inExpress(express.json({ limit: '1mb' })))
    const deep = Buffer.from(`{"items":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)
    const answer = await post(url, deep)
    expect([answer.status, await answer.text()]).toEqual([400, 'The body is nested too deeply.'])
  })
})

test('sockets of the host are left to the host', async () => {
  const url = await mount(inExpress())
  const others = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/chat') return
    others.handleUpgrade(request, socket, head, (ws) => ws.close(4000))
  })
  collector.attach(server, { path: '/stats' })
  expect(await (await dial(url, { path: '/chat' })).closed).toBe(4000)
  expect(await (await dial(url, { path: '/stats/ingest' })).greet()).toMatchObject({
    type: 'welcome',
  })
})

test('the globals of the host stay as they are', async () => {
  await mount(inNode)
  expect([globalThis.Request, globalThis.Response]).toEqual(GLOBALS)
})

test('a path without its slash is a mistake of the set-up', async () => {
  await mount(inNode)
  const sentence = 'path: expected it to begin with a slash, got stats'
  expect(() => toNodeHandler(collector, { path: 'stats' })).toThrow(sentence)
  expect(() => collector.attach(server, { path: 'stats' })).toThrow(sentence)
})
