import { gunzipSync } from 'node:zlib'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createFetchTransport } from '../transports/fetch.ts'
import type { SendResult } from '../transports/transport.ts'
import { readRejections } from '../workers/answers.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void

let close = (): void => {}
afterEach(() => close())

/** A server on loopback, and the transport to it. */
async function connect(answer: Answer, compression: 'none' | 'gzip' = 'none', headers = {}) {
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
    readRejections,
    now: Date.now,
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

  it.each([
    [401, { status: 'unauthorized' }],
    [403, { status: 'unauthorized' }],
    [404, { status: 'unauthorized' }],
    [408, { status: 'retry' }],
    [410, { status: 'retry', afterMs: 900_000 }],
    [413, { status: 'split' }],
    [415, { status: 'drop' }],
    [422, { status: 'drop' }],
    [400, { status: 'drop' }],
    [425, { status: 'retry' }],
    [429, { status: 'retry' }],
    [500, { status: 'retry' }],
    [503, { status: 'retry' }],
  ])('%i is answered as the table says', async (code, result) => {
    const { send } = await connect(status(code))
    expect(await send()).toMatchObject(result)
  })

  it('Retry-After is heeded on 429 and 5xx', async () => {
    const { send } = await connect(status(503, { 'retry-after': '7' }))
    expect(await send()).toMatchObject({ status: 'retry', afterMs: 7000 })
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
    const { send } = await connect((request, response) => {
      response.writeHead(request.headers['content-encoding'] ? 415 : 200).end()
    }, 'gzip')
    expect(await send()).toMatchObject({ status: 'retry', afterMs: 0 })
    expect(await send()).toEqual({ status: 'ok' })
    expect(await send()).toEqual({ status: 'ok' })
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
