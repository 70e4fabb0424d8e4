import { gunzipSync } from 'node:zlib'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createFetchTransport } from '../transports/fetch.ts'
import type { SendResult } from '../transports/transport.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void

let close = (): void => {}
afterEach(() => close())

/** A server on loopback, and the transport to it. */
async function connect(
  answer: Answer,
  compression: 'none' | 'gzip' = 'none',
  headers = {},
  now: () => number = Date.now,
) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => answer(request, response, Buffer.concat(chunks)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close = () => {
    server.close()
    server.closeAllConnections()
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ingest`
  const transport = createFetchTransport({
    url,
    compression,
    headers: async () => headers,
    now,
  })
  const json = new TextEncoder().encode('{"items":[1,2]}')
  const send = (signal = AbortSignal.timeout(5000)): Promise<SendResult> =>
    transport.send({ batchId: 'b', count: 2, json }, signal)
  return { send, url }
}

const status =
  (code: number, headers = {}, body = ''): Answer =>
  (_, response) => {
    response.writeHead(code, headers).end(body)
  }

describe('fetch', () => {
  it('posts the JSON body as it is, with no header that CORS would have to allow', async () => {
    let seen: { headers: IncomingMessage['headers']; body: string; method?: string } | undefined
    const { send } = await connect((request, response, body) => {
      seen = {
        headers: request.headers,
        body: body.toString(),
        ...(request.method && { method: request.method }),
      }
      response.end('ok')
    })
    expect(await send()).toEqual({ status: 'ok' })
    expect(seen).toMatchObject({ method: 'POST', body: '{"items":[1,2]}' })
    expect(seen?.headers['content-type']).toBe('application/json')
    const safe = ['host', 'connection', 'content-type', 'content-length', 'user-agent']
    const ofFetch = ['accept', 'accept-language', 'accept-encoding', 'sec-fetch-mode']
    expect(
      Object.keys(seen?.headers ?? {}).filter((name) => ![...safe, ...ofFetch].includes(name)),
    ).toEqual([])
  })

  it("sends the app's headers", async () => {
    let token: string | undefined
    const { send } = await connect(
      (request, response) => {
        token = request.headers.authorization
        response.end()
      },
      'none',
      { authorization: 'Bearer x' },
    )
    await send()
    expect(token).toBe('Bearer x')
  })

  it.each([
    ['ok', '{"rejected":[]}', { status: 'ok' }],
    ['plain text', 'ok', { status: 'ok' }],
    ['nonsense', '{"rejected":"all"}', { status: 'ok' }],
    ['half an item', '{"rejected":[{"index":0.5,"reason":"no","retry":false}]}', { status: 'ok' }],
    ['less than none', '{"rejected":[{"index":-1,"reason":"no","retry":false}]}', { status: 'ok' }],
    [
      'rejections',
      '{"rejected":[{"index":1,"reason":"no","retry":false}]}',
      { status: 'ok', rejected: [{ index: 1, reason: 'no', retry: false }] },
    ],
  ])('a 2xx acks the batch but for what it names: %s', async (_, body, result) => {
    const { send } = await connect(status(200, {}, body))
    expect(await send()).toEqual(result)
  })

  it.each(['<!DOCTYPE html><p>Log in', '  \n<html>'])(
    'a web page is a captive portal, not an answer: %s',
    async (body) => {
      const { send } = await connect(status(200, { 'content-type': 'text/html' }, body))
      expect(await send()).toMatchObject({ status: 'retry' })
    },
  )

  it('a plain text/html "ok" is an answer', async () => {
    const { send } = await connect(status(200, { 'content-type': 'text/html' }, 'ok'))
    expect(await send()).toEqual({ status: 'ok' })
  })

  it('a 2xx that was redirected elsewhere is no answer', async () => {
    const { send } = await connect((request, response) => {
      if (request.url === '/login') response.end('welcome')
      else response.writeHead(302, { location: '/login' }).end()
    })
    expect(await send()).toMatchObject({ status: 'retry' })
  })

  it.each([301, 302, 303])(
    'a %i to the same endpoint acks nothing, for the browser may have left the body behind; the next one goes there',
    async (code) => {
      const seen: string[] = []
      const { send } = await connect((request, response, body) => {
        seen.push(`${request.method} ${request.url} ${body.toString()}`)
        if (request.url === '/ingest') response.writeHead(code, { location: '/ingest/' }).end()
        else response.writeHead(200).end('ok')
      })
      expect(await send()).toMatchObject({ status: 'retry' })
      expect(await send()).toEqual({ status: 'ok' })
      expect(seen.slice(2)).toEqual(['POST /ingest/ {"items":[1,2]}'])
    },
  )

  it('what a redirection leads to says nothing of the batch, whatever its status is', async () => {
    for (const code of [400, 401, 405, 413]) {
      const { send } = await connect((request, response) => {
        if (request.url === '/login') response.writeHead(code).end('log in')
        else response.writeHead(302, { location: '/login' }).end()
      })
      expect(await send()).toMatchObject({ status: 'retry' })
      expect(await send()).toMatchObject({ status: 'retry' })
      close()
    }
  })

  it('an answer that is cut off in the middle is none', async () => {
    const { send } = await connect((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"rejected":[')
      setTimeout(() => request.socket.destroy(), 10)
    })
    expect(await send()).toMatchObject({ status: 'retry' })
  })

  it("the app's own content type replaces ours, and is not added to it", async () => {
    let seen: IncomingMessage['headers'] = {}
    const own = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Encoding': 'br' }
    const { send } = await connect(
      (request, response) => {
        seen = request.headers
        response.end()
      },
      'gzip',
      own,
    )
    await send()
    expect(seen['content-type']).toBe('application/json; charset=utf-8')
    expect(seen['content-encoding']).toBe('gzip')
  })

  it('a header that can be none pauses as if there were none, and says so', async () => {
    const { send } = await connect(status(200), 'none', { authorization: 'Bearer\nx' })
    expect(await send()).toMatchObject({ status: 'unauthorized', error: expect.any(TypeError) })
  })

  it('the error says what the server said, and names a 404 as a mistaken set-up', async () => {
    const { send, url } = await connect(status(400, {}, '  items[3].data: expected an object  '))
    expect(await send()).toMatchObject({
      error: { message: `${url} answered 400: items[3].data: expected an object` },
    })
    close()
    const other = await connect(status(404, {}, '<h1>Not Found</h1>'))
    expect(await other.send()).toMatchObject({
      error: { message: `${other.url} answered 404: is \`url\` right?` },
    })
  })

  it.each([
    [304, { status: 'retry' }],
    [401, { status: 'unauthorized' }],
    [403, { status: 'unauthorized' }],
    [404, { status: 'unauthorized' }],
    [405, { status: 'unauthorized' }],
    [431, { status: 'unauthorized' }],
    [408, { status: 'retry' }],
    [410, { status: 'retry', afterMs: 900_000, isRefusal: true }],
    [413, { status: 'split' }],
    [415, { status: 'drop' }],
    [422, { status: 'drop' }],
    [400, { status: 'drop' }],
    [425, { status: 'retry' }],
    [429, { status: 'retry' }],
    [500, { status: 'retry' }],
    [503, { status: 'retry' }],
    [599, { status: 'retry' }],
  ])('%i is answered as the table says', async (code, result) => {
    const { send } = await connect(status(code))
    expect(await send()).toMatchObject(result)
  })

  const now = Date.UTC(2026, 0, 1)
  const said = JSON.stringify({ retryAfterMs: 4000 })
  it.each([
    ['seconds', { 'retry-after': '7' }, '', 7000],
    ['a date', { 'retry-after': new Date(now + 7000).toUTCString() }, '', 7000],
    ['a date long ago', { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' }, '', 1000],
    ['less than nothing', { 'retry-after': '-5' }, '', 1000],
    ['too long', { 'retry-after': '9999' }, '', 900_000],
    ['garbage', { 'retry-after': 'try at 12:34:56 2036' }, '', undefined],
    ['absent', {}, '', undefined],
    ['in the body', {}, said, 4000],
    ['too short, in the body', {}, '{"retryAfterMs":1}', 1000],
    ['too long, in the body', {}, '{"retryAfterMs":1e9}', 900_000],
    ['garbage in the body', {}, '{"retryAfterMs":"soon"}', undefined],
    ['in both: the header wins', { 'retry-after': '7' }, said, 7000],
    ['garbage in the header: the body counts', { 'retry-after': 'soon' }, said, 4000],
  ])('Retry-After, %s, on 408, 425, 429, 500 and 503', async (_, headers, answer, afterMs) => {
    for (const code of [408, 425, 429, 500, 503]) {
      const { send } = await connect(status(code, headers, answer), 'none', {}, () => now)
      const result = await send()
      expect(result).toEqual({
        status: 'retry',
        error: expect.any(Error),
        ...(afterMs !== undefined && { afterMs }),
      })
      close()
    }
  })

  it('gzips the body where it is asked to', async () => {
    let body = ''
    const { send } = await connect((request, response, bytes) => {
      if (request.headers['content-encoding'] === 'gzip') body = gunzipSync(bytes).toString()
      response.end()
    }, 'gzip')
    expect(await send()).toEqual({ status: 'ok' })
    expect(body).toBe('{"items":[1,2]}')
  })

  it('a server that does not take gzip gets plain JSON from then on', async () => {
    const seen: string[] = []
    const { send } = await connect((request, response, body) => {
      const { 'content-encoding': encoding = 'none' } = request.headers
      seen.push(encoding === 'gzip' ? encoding : body.toString())
      response.writeHead(encoding === 'gzip' ? 415 : 200).end()
    }, 'gzip')
    expect(await send()).toEqual({ status: 'ok' })
    expect(await send()).toEqual({ status: 'ok' })
    expect(seen).toEqual(['gzip', '{"items":[1,2]}', '{"items":[1,2]}'])
  })

  it('never throws: a socket that breaks, and one that never answers, are tried again', async () => {
    const broken = await connect((request) => request.socket.destroy())
    expect(await broken.send()).toMatchObject({ status: 'retry' })
    close()
    const silent = await connect(() => {})
    expect(await silent.send(AbortSignal.timeout(50))).toMatchObject({ status: 'retry' })
    close()
    expect(await silent.send()).toMatchObject({ status: 'retry' })
  })

  it('an answer without an end is read no further than an answer can be', async () => {
    const { send } = await connect((_, response) => {
      const more = (): void => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more)
      }
      more()
    })
    expect(await send()).toEqual({ status: 'ok' })
  })
})
