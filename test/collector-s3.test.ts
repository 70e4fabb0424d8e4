// What the S3 sink sends, and what it makes of every answer: a server on loopback says what a real one seldom does.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createS3Sink } from '../collector/src/streams/s3.ts'
import type { S3Options } from '../collector/src/streams/s3-options.ts'
import type { PutResult } from '../collector/src/streams/sink.ts'
import { bytesOf } from './collector-waiting.ts'
import { createFakeClock } from './fake-clock.ts'

const SECRET = 'not-to-be-told'
const TOKEN = 'not-to-be-told-either'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

let answer: Answer
let seen: { request: IncomingMessage; body: Buffer }[]
let clock: ReturnType<typeof createFakeClock>
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  seen.push({ request, body: Buffer.concat(chunks) })
  answer(response, request)
})

beforeEach(async () => {
  seen = []
  answer = (response) => response.end()
  clock = createFakeClock()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(async () => {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
})

const optionsOf = (more: Partial<S3Options> = {}): S3Options => ({
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  bucket: 'records',
  region: 'eu-central-1',
  accessKeyId: 'AKIA1',
  secretAccessKey: SECRET,
  ...more,
})
const NEVER = new AbortController().signal
const put = (
  more?: Partial<S3Options>,
  signal = NEVER,
  name = 'rooms/a.json',
): Promise<PutResult> => createS3Sink(optionsOf(more), clock).put(name, bytesOf('[1]'), signal)
const errorOf = (code: string): string =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${SECRET}</Message></Error>`
const answerWith =
  (status: number, body = '', headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body)

describe('an S3 put', () => {
  it('is one PUT of the bytes as JSON, with the bytes signed too', async () => {
    expect(await put()).toEqual({ status: 'ok' })
    const { request, body } = seen[0] ?? {}
    expect(`${request?.method} ${request?.url} ${body}`).toBe('PUT /records/rooms/a.json [1]')
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '3',
      'x-amz-content-sha256': createHash('sha256').update('[1]').digest('hex'),
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIA1\/\d{8}\/eu-central-1\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, /,
      ),
    })
  })

  it('has the token of temporary credentials, signed', async () => {
    await put({ sessionToken: TOKEN })
    const headers = seen[0]?.request.headers
    expect(headers?.['x-amz-security-token']).toBe(TOKEN)
    expect(headers?.authorization).toContain('x-amz-date;x-amz-security-token,')
  })

  it('goes below the path of the endpoint and the prefix', async () => {
    const { endpoint } = optionsOf()
    await put({ endpoint: `${endpoint}/store/`, prefix: 'eu/calls' })
    expect(seen[0]?.request.url).toBe('/store/records/eu/calls/rooms/a.json')
  })

  it('leaves the bucket under no name', async () => {
    const reason = "The name of the file is none: expected parts with '/' between them."
    expect(await put({}, NEVER, '../other/a.json')).toEqual({ status: 'refused', reason })
    expect(seen).toEqual([])
  })
})

describe('an answer of the store', () => {
  it.each([
    [
      403,
      errorOf('SignatureDoesNotMatch'),
      'The store refused the key or its secret (403 SignatureDoesNotMatch).',
    ],
    [
      403,
      errorOf('RequestTimeTooSkewed'),
      'The store finds the clock of this machine wrong (403 RequestTimeTooSkewed).',
    ],
    [401, '', 'The store refused the key or its secret (401).'],
    [404, errorOf('NoSuchBucket'), 'The store has no such bucket (404 NoSuchBucket).'],
    [400, errorOf('ExpiredToken'), 'The store failed on a file (400 ExpiredToken).'],
    [500, errorOf('InternalError'), 'The store failed on a file (500 InternalError).'],
    [502, '<html>Bad gateway</html>', 'The store failed on a file (502).'],
    [503, errorOf('SlowDown'), 'The store asks to slow down (503 SlowDown).'],
    [500, errorOf(`<b>${SECRET}</b>`), 'The store failed on a file (500).'],
    [500, `${' '.repeat(60_000)}${errorOf('TooFarDown')}`, 'The store failed on a file (500).'],
  ])('that no file is taken now is a retry: %i %.60s', async (status, body, reason) => {
    answer = answerWith(status, body)
    expect(await put()).toEqual({ status: 'retry', reason })
  })

  it.each([
    [413, '', '413'],
    [414, '', '414'],
    [400, errorOf('EntityTooLarge'), '400 EntityTooLarge'],
    [400, errorOf('KeyTooLongError'), '400 KeyTooLongError'],
  ])('that this file is not taken refuses it alone: %i %.60s', async (status, body, told) => {
    answer = answerWith(status, body)
    const reason = `The store does not take this file (${told}).`
    expect(await put()).toEqual({ status: 'refused', reason })
  })

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['99999999999', 900_000],
    [new Date(Date.UTC(2026, 0, 1, 0, 2)).toUTCString(), 120_000],
    [new Date(Date.UTC(2025, 0, 1)).toUTCString(), 0],
  ])('Retry-After: %s is a wait of %i ms', async (value, afterMs) => {
    answer = answerWith(503, '', { 'Retry-After': value })
    expect(await put()).toMatchObject({ status: 'retry', afterMs })
  })

  it.each(['soon', '-5', '2036-01-01', '1e3', ''])(
    'Retry-After: %j says nothing',
    async (value) => {
      answer = answerWith(503, '', { 'Retry-After': value })
      expect(await put()).not.toHaveProperty('afterMs')
    },
  )

  it.each([301, 307])('a redirect is not followed with our signature: %i', async (status) => {
    answer = answerWith(status, '', { Location: '/elsewhere' })
    const reason = `The store sends to another region or endpoint (${status}).`
    expect(await put()).toEqual({ status: 'retry', reason })
    expect(seen).toHaveLength(1)
  })
})

describe('a store that does not answer', () => {
  it('has 30 s', async () => {
    const isAsked = new Promise<void>((resolve) => (answer = () => resolve()))
    const result = put()
    await isAsked
    await clock.advance(31_000)
    expect(await result).toEqual({ status: 'retry', reason: 'The store has not answered in 30 s.' })
  })

  it('has 30 s for an answer without an end, too', async () => {
    const isAsked = new Promise<void>((resolve) => {
      answer = (response) => {
        response.writeHead(500).write('<Error>', () => resolve())
      }
    })
    const result = put()
    await isAsked
    await clock.advance(31_000)
    expect(await result).toEqual({ status: 'retry', reason: 'The store has not answered in 30 s.' })
  })

  it('has a second more for each 64 kB of a file', async () => {
    const isAsked = new Promise<void>((resolve) => (answer = () => resolve()))
    const body = new Uint8Array(640_000)
    const result = createS3Sink(optionsOf(), clock).put('rooms/a.json', body, NEVER)
    await isAsked
    await clock.advance(39_000)
    await clock.advance(2000)
    expect(await result).toEqual({ status: 'retry', reason: 'The store has not answered in 40 s.' })
  })

  it('leaves no timer behind when it has answered', async () => {
    const open = new Set<() => void>()
    const after = (_: number, call: () => void) => {
      open.add(call)
      return () => void open.delete(call)
    }
    const sink = createS3Sink(optionsOf(), { now: Date.now, after })
    await sink.put('rooms/a.json', bytesOf('[1]'), NEVER)
    answer = (_, request) => request.socket.destroy()
    await sink.put('rooms/a.json', bytesOf('[1]'), NEVER)
    expect(open.size).toBe(0)
  })

  it('is let go of when the put is stopped', async () => {
    const stop = new AbortController()
    answer = () => stop.abort()
    expect(await put({}, stop.signal)).toEqual({
      status: 'retry',
      reason: 'It was stopped before its end.',
    })
    expect(await put({}, stop.signal)).toMatchObject({ reason: 'It was stopped before its end.' })
    expect(seen).toHaveLength(1)
  })

  it('cuts the connection', async () => {
    answer = (_, request) => request.socket.destroy()
    expect(await put()).toEqual({
      status: 'retry',
      reason: 'The store cannot be reached (UND_ERR_SOCKET).',
    })
  })

  it('is not there', async () => {
    const sink = createS3Sink(optionsOf(), clock)
    server.close()
    await once(server, 'close')
    expect(await sink.put('rooms/a.json', bytesOf('[1]'), NEVER)).toEqual({
      status: 'retry',
      reason: 'The store cannot be reached (ECONNREFUSED).',
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
})

describe('the options of S3', () => {
  const optionsWith = (more: Partial<S3Options>): S3Options => ({
    endpoint: 'https://s3.example',
    bucket: 'records',
    region: 'auto',
    accessKeyId: 'AKIA1',
    secretAccessKey: SECRET,
    ...more,
  })

  it.each<[Partial<S3Options>, string]>([
    [{ endpoint: 's3.example' }, 'endpoint: expected an http or https address, got something else'],
    [
      { endpoint: 'ftp://s3.example' },
      'endpoint: expected an http or https address, got something else',
    ],
    [
      { endpoint: `https://user:${SECRET}@s3.example` },
      'endpoint: expected an address without a user, a query or a fragment, got something else',
    ],
    [{ bucket: 'a/b' }, `bucket: expected letters, digits, '.', '-' and '_', got 'a/b'`],
    [{ bucket: '..' }, `bucket: expected letters, digits, '.', '-' and '_', got '..'`],
    [{ region: '' }, `region: expected letters, digits and '-', got ''`],
    [
      { prefix: 'a/' },
      `prefix: expected folders with '/' between them, none before or after, got 'a/'`,
    ],
    [
      { prefix: 'a/../..' },
      `prefix: expected folders with '/' between them, none before or after, got 'a/../..'`,
    ],
    [
      { accessKeyId: '' },
      'accessKeyId: expected printable ASCII without spaces, got something else',
    ],
    [
      { secretAccessKey: `${SECRET}\n` },
      'secretAccessKey: expected printable ASCII without spaces, got something else',
    ],
    [
      { sessionToken: '\u00fc' },
      'sessionToken: expected printable ASCII without spaces, got something else',
    ],
  ])('a wrong one throws, and no secret is repeated: %j', (more, sentence) => {
    expect(() => createS3Sink(optionsWith(more), clock)).toThrow(new TypeError(sentence))
  })
})
