// Bodies and frames made to break a collector: its memory stays in bounds, others are served, its log says no secret.
import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openArena } from './attack/arena.ts'
import type { Arena } from './attack/arena.ts'
import { KEY, ORIGIN, WRONG_KEY } from './attack/keys.ts'
import { expectCleanLog, judge, SERVED } from './attack/report.ts'
import { batchOf, itemOf } from './batches.ts'
import { TIMES } from './long.ts'
import { ask } from './posting.ts'
import type { Answer } from './posting.ts'
import { dial } from './socket-client.ts'

const MiB = 1024 * 1024
const LIMIT_MS = TIMES > 1 ? 300_000 : 20_000
/** No limit on how fast: each of these is to arrive. */
const UNLIMITED = { maxRequestsPerSec: 1e9 }

let arena: Arena

beforeAll(async () => {
  arena = await openArena(UNLIMITED)
})

afterAll(async () => {
  expectCleanLog(arena)
  await arena.stop()
})

function post(body: string | Uint8Array, headers: object = {}, query = ''): Promise<Answer> {
  const sent = { authorization: `Bearer ${KEY}`, origin: ORIGIN, ...headers }
  return ask(`${arena.url}/ingest${query}`, { method: 'POST', body, headers: sent })
}

/** The same body so many times at once, by POST. */
async function postMany(count: number, body: string | Uint8Array): Promise<Set<string>> {
  const answers = await Promise.all(Array.from({ length: count }, () => post(body)))
  return new Set(answers.map(({ status, text }) => `${status} ${text.slice(0, 120)}`))
}

/** The same body so many times in turn, on a socket. */
async function sendMany(count: number, body: Uint8Array): Promise<Set<string>> {
  const client = await dial(arena.url, { headers: { origin: ORIGIN } })
  await client.greet({ key: KEY })
  const heard = new Set<string>()
  for (let sent = 0; sent < count; sent += 1) {
    client.send(body)
    const answer = await client.next()
    heard.add(answer.type === 'nack' ? `${answer.code} ${answer.reason}` : answer.type)
  }
  client.ws.terminate()
  return heard
}

const LONG = 'x'.repeat(MiB)
const evil = (more: object, item: object = {}) =>
  JSON.stringify(batchOf([{ ...itemOf(0), ...item }], { sessionId: 'evil', ...more }))
const deep = (count: number) => `${'['.repeat(count)}${']'.repeat(count)}`
const items = (count: number) =>
  JSON.stringify({ ...batchOf([]), count, items: 'X' }).replace(
    '"X"',
    `[${'0,'.repeat(count - 1)}0]`,
  )
const million = items(1e6)
const names = Array.from({ length: 250_000 }, (_, index) => index.toString(36))
const proto = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}'

/** So many at once that there may be no room for the last ones. */
const orNoRoom = (heard: RegExp) => new RegExp(`${heard.source}|^503 Too many bodies`)

describe('a body', () => {
  test('that is a bomb of 200 MiB', { timeout: LIMIT_MS }, async () => {
    const bomb = gzipSync(Buffer.alloc(200 * MiB))
    const reason = '413 The body inflates to over 4194304 bytes.'
    const outcome = await arena.under(async () => {
      expect(await postMany(10 * TIMES, bomb)).toEqual(new Set([reason]))
      expect(await sendMany(4 * TIMES, bomb)).toEqual(new Set([reason]))
    })
    expect(judge('gzip bombs of 200 MiB', outcome)).toEqual(SERVED)
  })

  test('that inflates to just what may be, many at once', { timeout: LIMIT_MS }, async () => {
    const body = gzipSync(JSON.stringify({ x: ' '.repeat(4 * MiB - 100) }))
    const outcome = await arena.under(async () => {
      for (const heard of await postMany(20 * TIMES, body)) expect(heard).toMatch(/^(400|503) /)
    })
    expect(judge(`gzip of 4 MiB, ${20 * TIMES} at once`, outcome)).toEqual(SERVED)
  })

  test.each<[string, string | Uint8Array, RegExp]>([
    ['of 10^6 items', million, /^413 The body holds over/],
    ['of 10^6 items, in gzip', gzipSync(million), /^413 The body holds over/],
    ['of 200,000 items', items(200_000), /^413 items: more than 10000/],
    ['of a million lists', `[${'[],'.repeat(1e6)}[]]`, /^413 The body holds over 500000 values/],
    ['of 250,000 names', JSON.stringify({ ...names }), /^400 sessionId: expected/],
    ['10^5 deep', deep(1e5), /^400 body: expected object/],
    ['10^6 deep', deep(1e6), /^413 The body holds over 500000 values/],
    ['with data 10^5 deep', evil({}, { data: 'X' }).replace('"X"', deep(1e5)), /^200 /],
    ['with __proto__', evil({}, { data: 'X' }).replace('"X"', proto), /^200 /],
    ['with a sessionId of 1 MB', evil({ sessionId: LONG }), /^400 sessionId: expected at most/],
    ['with a peerId of 1 MB', evil({}, { peerId: LONG }), /^200 .*peerId: expected/],
    ['with ../ in its ids', evil({ sessionId: '../../x', producer: '../y' }), /^200 /],
    ['with NUL in its ids', evil({ sessionId: 'a\0b' }), /^400 sessionId: expected no NUL/],
    ['with line breaks in its ids', evil({ sessionName: 'a\r\n\u001b[2J\u2028b' }), /^200 /],
    ['with a member of 1 MB', `{"${LONG}":1}`, /^400 sessionId: expected/],
    ['of nothing but a gzip head', Buffer.of(0x1f, 0x8b, 8), /^400 The body is not gzip/],
    ['of noise', randomBytes(MiB), /^400 The body is not/],
  ])('%s', { timeout: LIMIT_MS }, async (name, body, heard) => {
    const outcome = await arena.under(async () => {
      for (const answer of await postMany(3 * TIMES, body)) expect(answer).toMatch(orNoRoom(heard))
      if (body.length <= 4 * MiB) await sendMany(2 * TIMES, Buffer.from(body))
    })
    expect(judge(`a body ${name}`, outcome)).toEqual(SERVED)
  })
})

describe('who may not send', () => {
  test('is refused wherever his key stands', async () => {
    const big = 'x'.repeat(MiB)
    const wrong = { authorization: `Bearer ${WRONG_KEY}`, cookie: WRONG_KEY }
    const outcome = await arena.under(async () => {
      for (let round = 0; round < 20 * TIMES; round += 1) {
        // Who is refused before he has sent all may be cut while he still sends.
        const said = await post(big, wrong).then(
          ({ status }) => status,
          () => 'cut',
        )
        expect(said).toBeOneOf([401, 'cut'])
        expect((await post('{', wrong, `?key=${WRONG_KEY}`)).status).toBe(401)
        const path = `/ingest?key=${WRONG_KEY}`
        const client = await dial(arena.url, { path, headers: { origin: ORIGIN } })
        expect(await client.greet({ key: WRONG_KEY })).toMatchObject({ code: 401 })
        expect(await client.closed).toBe(1008)
      }
    })
    expect(judge('wrong keys', outcome)).toEqual(SERVED)
  })

  test('is refused from another origin, his name repeated nowhere', async () => {
    const outcome = await arena.under(async () => {
      const origin = `https://${WRONG_KEY}.example`
      for (let round = 0; round < 20 * TIMES; round += 1) {
        expect(await post('{', { origin })).toMatchObject({ status: 403 })
        const upgrade = dial(arena.url, { headers: { origin } })
        await expect(upgrade).rejects.toThrow('refused with 403')
      }
    })
    expect(judge('wrong origins', outcome)).toEqual(SERVED)
  })
})

test('a secret in a place where none belongs is in no line', async () => {
  const places = [
    () => post(`{"${KEY}`),
    () => post(JSON.stringify({ key: KEY, authorization: KEY })),
    () => post(evil({}), { 'content-encoding': KEY }),
    () => post(evil({}), { 'x-forwarded-for': KEY }),
    () => ask(`${arena.url}/${KEY}?key=${KEY}`),
    () => ask(`${arena.url}/sessions/${KEY}`),
    () => ask(`${arena.url}/ingest`, { method: KEY.toUpperCase().replaceAll('-', '') }),
  ]
  for (const say of places) await say().catch(() => {})
  const client = await dial(arena.url, { headers: { origin: ORIGIN } })
  client.say({ type: 'hello', schemaVersion: 1, producer: 'p', pending: KEY, key: KEY })
  expect(await client.next()).toMatchObject({ code: 400 })
  expectCleanLog(arena)
})
