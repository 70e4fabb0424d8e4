// How the live page is served: under any mount, at any depth, to browsers alone, under a policy that lets nothing else run.
import { gunzipSync } from 'node:zlib'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import express from 'express'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage } from '../collector/src/live/page.ts'
import { toNodeHandler } from '../collector/src/index.ts'
import { itemOf } from './batches.ts'
import { openCall } from './live-call.ts'
import type { LiveCall } from './live-call.ts'
import { ask } from './posting.ts'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
let call: LiveCall

beforeAll(async () => {
  call = await openCall()
  await call.post([itemOf(0)])
})

afterAll(() => call.collector.close())

/** What a browser gets. */
const browse = (path: string): Promise<Response> => call.get(path, { headers: { accept: BROWSER } })

test.each([
  ['/', './'],
  ['/rooms', './'],
  ['/sessions', './'],
  ['/rooms/standup', '../'],
  ['/rooms/a%2Fb%22%3Cscript%3E', '../'],
  ['/sessions/s', '../'],
  ['/rooms/x/peers/alice', '../../../'],
  ['/sessions/x/peers/%E2%98%83', '../../../'],
  ['/rooms/%', '../'],
])('%s is the page, whose files lie at %s', async (path, base) => {
  const answer = await browse(path)
  const text = await answer.text()
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/html; charset=utf-8',
  ])
  // Nothing else of the address is in it.
  const root = await (await browse('/')).text()
  expect(text).toBe(root.replace('<base href="./" />', `<base href="${base}" />`))
})

test('who goes to an address that means nothing sees the page, and is told so', async () => {
  const answer = await browse('/no/such/view')
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    404,
    'text/html; charset=utf-8',
  ])
  expect(await answer.text()).toContain('<base href="../../" />')
  expect(await (await call.get('/no/such/view')).text()).not.toContain('<')
})

test('nothing but what the collector serves runs in it, and nobody frames it', async () => {
  const { headers } = await browse('/')
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
  )
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
})

test('a program gets JSON where a browser gets the page', async () => {
  for (const accept of ['*/*', 'application/json', undefined]) {
    const headers = accept === undefined ? {} : { accept }
    expect(await (await call.get('/sessions', { headers })).json()).toMatchObject({
      sessions: [{}],
    })
    const answer = await call.get('/sessions/s', { headers })
    expect(await answer.json()).toMatchObject({ sessionId: 's' })
    expect(answer.headers.get('vary')).toBe('Accept')
  }
})

test('files are those that were built, and are kept for good', async () => {
  const [, main = ''] = /src="\.(\/assets\/[^"]+\.js)"/.exec(await (await browse('/')).text()) ?? []
  const answer = await call.get(main)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/javascript; charset=utf-8',
  ])
  expect(answer.headers.get('cache-control')).toContain('immutable')
  const others = ['..%2findex.html', '%2e%2e/index.html', 'constructor', 'LICENSE', '']
  const statuses = others.map(async (name) => (await call.get(`/assets/${name}`)).status)
  expect(await Promise.all(statuses)).toEqual(others.map(() => 404))
})

test('files are packed for those who say that they unpack them', async () => {
  const [, main = ''] = /src="\.(\/assets\/[^"]+\.js)"/.exec(await (await browse('/')).text()) ?? []
  const plain = new Uint8Array(await (await call.get(main)).arrayBuffer())
  const packed = await call.get(main, { headers: { 'accept-encoding': 'br, gzip' } })
  expect(packed.headers.get('content-encoding')).toBe('gzip')
  expect(gunzipSync(await packed.arrayBuffer())).toEqual(Buffer.from(plain))
})

test('where it was not built, one sentence says so', async () => {
  const app = new Hono().get('/', (context) => openPage(['/nowhere/']).page(context))
  const answer = await app.request('/')
  expect([answer.status, await answer.text()]).toEqual([
    503,
    'The live page is not built here: run `npm run build`.',
  ])
})

test('a page of another origin may send, and read nothing', async () => {
  const headers = { origin: 'https://evil.example', accept: BROWSER }
  const paths = ['/', '/sessions', '/sessions/s', '/live/rooms', '/healthz', '/nothing']
  for (const path of paths) {
    const answer = await call.get(path, { headers })
    expect([path, answer.headers.get('access-control-allow-origin')]).toEqual([path, null])
    await answer.body?.cancel()
  }
  const sent = await call.get('/ingest', { method: 'POST', body: '{', headers })
  expect(sent.headers.get('access-control-allow-origin')).toBe('*')
})

describe.each<[string, () => Server]>([
  ['Express', () => createServer(express().use('/stats', toNodeHandler(call.collector)))],
  ['plain Node', () => createServer(toNodeHandler(call.collector, { path: '/stats' }))],
  [
    'Hono',
    () => {
      const app = new Hono().mount('/stats', call.collector.fetch)
      return createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server
    },
  ],
])('mounted in %s', (name, host) => {
  test('it finds its files from where it stands', async () => {
    const server = host().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const headers = { accept: BROWSER }
    for (const path of ['/stats/', '/stats/rooms/a%2Fb', '/stats/sessions/s/peers/x?call=1']) {
      const { text } = await ask(`${url}${path}`, { headers })
      const [, base = ''] = /<base href="([^"]*)"/.exec(text) ?? []
      expect(new URL(base, `${url}${path}`).pathname).toBe('/stats/')
    }
    const bare = await ask(`${url}/stats?q=x`, { headers })
    const isKnown = name !== 'Hono'
    const expected = isKnown ? [307, './stats/?q=x'] : [200, undefined]
    expect([bare.status, bare.headers['location']]).toEqual(expected)
    server.close()
  })
})
