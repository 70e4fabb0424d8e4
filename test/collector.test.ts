// The receiving side: what the wire's schemas take, and what the collector keeps, answers and prints.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest'
import { formatText } from '../collector/src/log-format.ts'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector, ServeOptions } from '../collector/src/serve.ts'
import { realClock } from '../collector/src/streams/clock.ts'
import { anyBatchSchema, batchJsonSchema, batchSchema, plainBatchSchema } from '../src/schema.ts'
import type { ReceivedBatch } from '../src/schema.ts'
import type { Batch, Item } from '../src/wire.ts'
import { batchOf, itemOf, NOW } from './batches.ts'

const SAMPLES = ['wire-batch.stats.json', 'wire-batch.connection.json'].map((file) =>
  readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8'),
) as [string, string]
const [STATS_SAMPLE, CONNECTION_SAMPLE] = SAMPLES

const lines: string[] = []
let collector: RunningCollector

async function start(options: Partial<ServeOptions> = {}): Promise<void> {
  lines.length = 0
  collector = await startCollector({ log: (entry) => lines.push(formatText(entry)), ...options })
}

afterEach(async () => collector?.close())

async function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const isBytes = typeof body === 'string' || body instanceof Uint8Array
  const sent = isBytes ? (body as BodyInit) : JSON.stringify(body)
  return fetch(`${collector.url}/ingest`, { method: 'POST', headers, body: sent })
}

async function answerTo(body: unknown, headers: Record<string, string> = {}): Promise<unknown> {
  return (await post(body, headers)).json()
}

async function get<Answer = unknown>(path: string): Promise<Answer> {
  return (await fetch(collector.url + path)).json() as Promise<Answer>
}

async function itemsOf(sessionId: string): Promise<readonly Record<string, unknown>[]> {
  return (await get<{ items: Record<string, unknown>[] }>(`/sessions/${sessionId}`)).items
}

describe('the schemas', () => {
  test('a batch of ours is a batch, and its type is the one of the wire', () => {
    const data = { metrics: { a: { rttMs: 3 } } }
    const stats = itemOf(1, { event: 'stats', tag: 'stats', data })
    expect(batchSchema.safeParse(batchOf([itemOf(0), stats])).error).toBeUndefined()
    expectTypeOf<Batch>().toExtend<ReceivedBatch>()
  })

  test.each(SAMPLES)('a body of today is a plain batch and not one of ours', (sample) => {
    const body: unknown = JSON.parse(sample)
    expect(plainBatchSchema.safeParse(body).error).toBeUndefined()
    expect(anyBatchSchema.safeParse(body).success).toBe(true)
    expect(batchSchema.safeParse(body).success).toBe(false)
  })

  test('members and tags of a later version are taken and kept', () => {
    const later = { ...itemOf(0), tag: 'telepathy', mood: 'good' }
    const batch = { ...batchOf([]), count: 1, items: [later], weather: 'fine' }
    expect(batchSchema.parse(batch)).toEqual(batch)
  })

  test.each([
    ['a seq below 0', { seq: -1 }],
    ['a seq that is no integer', { seq: 0.5 }],
    ['a time without milliseconds', { timestamp: '2026-03-01T12:03:04Z' }],
    ['a time that is not UTC', { timestamp: '2026-03-01T12:03:04.512+01:00' }],
    ['a day that does not exist', { timestamp: '2026-02-30T12:03:04.512Z' }],
    ['stats without metrics', { tag: 'stats', data: {} }],
    ['a stat without an id', { tag: 'stats', data: { codec: [{ type: 'codec' }], metrics: {} } }],
  ])('%s is not ours', (_, wrong) => {
    expect(batchSchema.safeParse(batchOf([itemOf(0, wrong as Partial<Item>)])).success).toBe(false)
  })

  test('a count that is not the number of items, or a batch of ours with a mistake, is no batch', () => {
    expect(anyBatchSchema.safeParse({ ...batchOf([itemOf(0)]), count: 2 }).success).toBe(false)
    expect(anyBatchSchema.safeParse({ ...batchOf([]), batchId: 7 }).success).toBe(false)
  })

  test('the JSON Schema names every member of a batch', () => {
    const required = Object.keys(batchOf([]))
    expect(batchJsonSchema()).toMatchObject({ required: expect.arrayContaining(required) })
  })
})

describe('what is kept', () => {
  test('an item is kept once, whatever batch brings it', async () => {
    await start()
    await post(batchOf([itemOf(0), itemOf(1)]))
    const again = await answerTo(batchOf([itemOf(1), itemOf(2)]))
    expect(again).toEqual({ accepted: 1, duplicates: 1, rejected: [] })
    const other = await answerTo(batchOf([itemOf(0)], { producer: 'p.w1' }))
    expect(other).toMatchObject({ accepted: 1 })
    const names = (await itemsOf('s')).map((item) => `${item.producer} ${item.seq}`)
    expect(names).toEqual(['p 0', 'p 1', 'p 2', 'p.w1 0'])
  })

  test('a whole item replaces a partial one, never the reverse', async () => {
    await start()
    const partial = batchOf([itemOf(0, { partial: true, data: 'partial' })])
    const whole = batchOf([itemOf(0, { data: 'whole' })])
    expect(await answerTo(partial)).toMatchObject({ accepted: 1 })
    expect(await answerTo(partial)).toMatchObject({ duplicates: 1 })
    expect(await answerTo(whole)).toMatchObject({ accepted: 1 })
    expect(await answerTo(partial)).toMatchObject({ duplicates: 1 })
    expect(await itemsOf('s')).toMatchObject([{ data: 'whole' }])
  })

  test('a plain item is known by its content, in whatever order its members come', async () => {
    await start()
    const body = JSON.parse(CONNECTION_SAMPLE) as { items: object[] }
    const turn = (item: object): object => Object.fromEntries(Object.entries(item).reverse())
    expect(await answerTo(body)).toMatchObject({ accepted: 8 })
    const again = { ...body, items: body.items.map(turn) }
    expect(await answerTo(again)).toMatchObject({ accepted: 0, duplicates: 8 })
    expect(await answerTo({ ...body, sessionId: 'another' })).toMatchObject({ accepted: 8 })
  })

  test('the valid items of a batch are kept, the others named', async () => {
    await start()
    const wrong = { ...itemOf(1), seq: 'one' } as unknown as Item
    const answer = await post(batchOf([itemOf(0), wrong, itemOf(2)]))
    expect(answer.status).toBe(200)
    const reason = 'seq: expected number, received string'
    const rejected = [{ index: 1, reason, retry: false }]
    expect(await answer.json()).toEqual({ accepted: 2, duplicates: 0, rejected })
  })

  test('more wrong items than an answer names are a batch to be cut in two', async () => {
    await start()
    const wrong = Array.from({ length: 101 }, () => 0)
    const answer = await post({ ...batchOf([]), count: 102, items: [itemOf(0), ...wrong] })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toMatch(
      /^items: more than 100 are wrong, the last of them \[101\]: /,
    )
    expect(await get('/healthz')).toMatchObject({ items: 0 })
  })

  test('an item comes back as it went, with its producer', async () => {
    await start()
    const data = { __proto__x: 1, deep: [null, { ü: '\u0000' }] }
    await post(batchOf([itemOf(0, { data })]))
    expect(await itemsOf('s')).toEqual([{ ...itemOf(0, { data }), producer: 'p' }])
  })
})

describe('what is taken', () => {
  test.each<[string, unknown, Record<string, string>]>([
    ['JSON', STATS_SAMPLE, { 'content-type': 'application/json' }],
    ['a beacon as text', STATS_SAMPLE, { 'content-type': 'text/plain;charset=UTF-8' }],
    ['gzip', gzipSync(STATS_SAMPLE), { 'content-encoding': 'gzip' }],
    ['gzip that does not say so', gzipSync(STATS_SAMPLE), { 'content-type': 'text/plain' }],
  ])('%s is taken', async (_, body, headers) => {
    await start()
    expect(await answerTo(body, headers)).toMatchObject({ accepted: 1 })
  })

  test.each<[string, number, unknown, Record<string, string>, string]>([
    ['no JSON', 400, '{"a":', {}, 'The body is not JSON.'],
    ['nothing', 400, '', {}, 'The body is not JSON.'],
    ['no UTF-8', 400, Uint8Array.of(0x22, 0xff, 0x22), {}, 'The body is not UTF-8.'],
    ['no gzip', 400, '{}', { 'content-encoding': 'gzip' }, 'The body is not gzip, or is cut off.'],
    ['brotli', 415, '{}', { 'content-encoding': 'br' }, 'Content-Encoding: expected gzip or none.'],
    ['a list', 400, '[]', {}, 'body: expected object, received array'],
    ['a null', 400, 'null', {}, 'body: expected object, received null'],
    ['no session', 400, '{"items":[]}', {}, 'sessionId: expected string, received undefined'],
    ['too much', 413, 'x'.repeat(60_000), {}, 'The body is larger than 50000 bytes.'],
    ['too many items', 413, batchOf(Array(10_001).fill(0)), {}, 'items: more than 10000'],
    ['a bomb', 413, gzipSync(Buffer.alloc(4e7)), {}, 'The body inflates to over 50000 bytes.'],
  ])('%s is refused with %i and a sentence', async (_, status, body, headers, sentence) => {
    await start({ maxBodyBytes: 50_000 })
    const answer = await post(body, headers)
    expect([answer.status, await answer.text()]).toEqual([status, sentence])
    expect(await get('/healthz')).toMatchObject({ items: 0 })
  })

  test('a body that grows past the limit without saying so is refused', async () => {
    await start({ maxBodyBytes: 50_000 })
    const body = new ReadableStream({ pull: (queue) => queue.enqueue(new Uint8Array(10_000)) })
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    // Answered while it is still being sent, or cut off: some clients read no answer then.
    const answer = await fetch(`${collector.url}/ingest`, init).catch(() => null)
    expect(answer?.status).toBeOneOf([413, undefined])
    expect(lines).toEqual(['refused with 413: The body is larger than 50000 bytes.'])
  })

  test('an item nested deeper than the stack is named, not fatal', async () => {
    await start()
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const flat = JSON.stringify(batchOf([itemOf(0, { data: 'DEEP' }), itemOf(1)]))
    const rejected = [{ index: 0, reason: 'nested too deeply' }]
    expect(await answerTo(flat.replace('"DEEP"', deep))).toMatchObject({ accepted: 1, rejected })
  })

  test('any page may send, with any headers, and read Retry-After', async () => {
    await start()
    const origin = 'https://app.example'
    const wanted = 'authorization,content-encoding,idempotency-key'
    const headers = { origin, 'access-control-request-headers': wanted }
    const preflight = await fetch(`${collector.url}/ingest`, { method: 'OPTIONS', headers })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-headers')).toBe(wanted)
    const answer = await post('{', { origin })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-expose-headers')).toBe('Retry-After')
  })

  test('with a list of origins the others are refused', async () => {
    await start({ corsOrigins: ['https://app.example'] })
    const origins = ['https://evil.example', 'https://app.example']
    const answers = await Promise.all(origins.map((origin) => post(STATS_SAMPLE, { origin })))
    expect(answers.map((answer) => answer.status)).toEqual([403, 200])
  })
})

describe('what is shown', () => {
  test('a batch is one line', async () => {
    const at = new Date(2026, 2, 1, 12, 3, 4, 512).getTime()
    await start({ clock: { ...realClock, now: () => at } })
    const bob = { peerId: 'bob', peerName: 'Bob' }
    const page = { peerId: null, peerName: null, pcId: null }
    const stats = { event: 'stats', tag: 'stats', data: { metrics: {} } } as const
    const items = [itemOf(0, stats), itemOf(1), itemOf(2, stats), itemOf(3, bob), itemOf(4, page)]
    const batch = batchOf(items, { sessionId: '3f2a91c0-0000-4000-8000-000000000000' })
    await post(gzipSync(JSON.stringify(batch)))
    const peers = 'alice: 2 stats 1 event · bob: 1 event · (no peer): 1 event'
    expect(lines[0]?.replace(/0\.\d kB/, 'some kB')).toBe(
      `12:03:04.512  Demo call (3f2a91c0…)  #1  5 items  ${peers}  some kB gzip  +0 doubled`,
    )
  })

  test('no name breaks a line or reaches the terminal', async () => {
    await start()
    const evil = 'a\n12:00 forged\u001b[31m\u202e\u2028'
    await post(batchOf([itemOf(0, { peerId: evil })], { sessionId: evil, sessionName: evil }))
    await post({ ...batchOf([]), dropped: { [evil]: 'x' } })
    expect(lines).toHaveLength(2)
    expect(lines.join('')).not.toMatch(/[\p{C}\p{Zl}]/u)
    expect(lines[0]).toContain('a\\u{a}12:00 forged\\u{1b}[31m')
    expect(await get(`/sessions/${encodeURIComponent(evil)}`)).toMatchObject({ sessionId: evil })
  })

  test('a session lists its peers, the list its sessions', async () => {
    await start({ clock: { ...realClock, now: () => Date.parse(NOW) } })
    await post(CONNECTION_SAMPLE)
    await post(STATS_SAMPLE)
    const peers = [{ peerId: 'alice', peerName: 'Alice', stats: 1, events: 8 }]
    const named = { sessionId: 'test-1772304502224', sessionName: 'Simple Test', batches: 2 }
    expect(await get('/sessions/test-1772304502224')).toMatchObject({ ...named, peers })
    const summary = { ...named, items: 9, peers: 1, firstSeen: NOW, lastSeen: NOW }
    expect(await get('/sessions')).toMatchObject({ sessions: [summary] })
  })

  test('a session is read by so many at once, and by the next when one is done', async () => {
    await start()
    const data = 'x'.repeat(3_000_000)
    for (const seq of [0, 1, 2, 3]) await post(batchOf([itemOf(seq, { data })]))
    const read = (): Promise<Response> => fetch(`${collector.url}/sessions/s`)
    const readers = await Promise.all(Array.from({ length: 8 }, read))
    const late = await read()
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '5'])
    await Promise.all([readers[0]?.json(), readers[1]?.body?.cancel()])
    const statusOf = async ({ status, body }: Response): Promise<number> => {
      await body?.cancel()
      return status
    }
    await expect.poll(async () => statusOf(await read()), { timeout: 10_000 }).toBe(200)
    await Promise.all(readers.slice(2).map(statusOf))
  })

  test('what no room took is counted where the health is asked for', async () => {
    await start()
    await post(batchOf([itemOf(0)]))
    expect(await get('/healthz')).toMatchObject({
      ...{ ok: true, sessions: 1, items: 1, evicted: 0 },
      rooms: { held: 0, connections: 0, refused: { tooLate: 1, tooMany: 0 } },
    })
  })

  test('what is not there is answered by a sentence', async () => {
    await start()
    const answer = await fetch(`${collector.url}/sessions/x`)
    expect([answer.status, await answer.text()]).toEqual([404, 'No such session.'])
    expect((await fetch(`${collector.url}/nothing`)).status).toBe(404)
  })
})
