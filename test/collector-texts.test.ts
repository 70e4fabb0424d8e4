// What a stranger may call things, and how he may nest and number them.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector } from '../collector/src/serve.ts'
import type { SessionRecord } from '../collector/src/store/store.ts'
import type { Item } from '../src/wire.ts'
import { batchOf, itemOf, NOW } from './batches.ts'
import { dial } from './socket-client.ts'

let collector: RunningCollector

beforeEach(async () => {
  collector = await startCollector({ log: () => {} })
})

afterEach(async () => collector.close())

function post(body: unknown): Promise<Response> {
  const sent = typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(`${collector.url}/ingest`, { method: 'POST', body: sent })
}

async function itemsOf(sessionId: string): Promise<SessionRecord['items']> {
  const answer = await fetch(`${collector.url}/sessions/${encodeURIComponent(sessionId)}`)
  return ((await answer.json()) as SessionRecord).items
}

const LONG = 'x'.repeat(1_000_000)
const TOO_LONG = 'expected at most 1000 characters, got 1000000'
const NUL = 'expected no NUL character'
const HALF = 'expected no half of a surrogate pair'

const client = (more: object): object => ({ client: { ...batchOf([]).client, ...more } })

describe('a batch is refused', () => {
  test.each<[string, object, string]>([
    ['a sessionId of 1 MB', { sessionId: LONG }, `sessionId: ${TOO_LONG}`],
    ['a sessionName of 1 MB', { sessionName: LONG }, `sessionName: ${TOO_LONG}`],
    ['a producer of 1 MB', { producer: LONG }, `producer: ${TOO_LONG}`],
    ['a batchId of 1 MB', { batchId: LONG }, `batchId: ${TOO_LONG}`],
    ['a roomId of 1 MB', client({ roomId: LONG }), `client.roomId: ${TOO_LONG}`],
    ['a userId of 1 MB', client({ userId: LONG }), `client.userId: ${TOO_LONG}`],
    ['a sessionId with NUL', { sessionId: 's\0' }, `sessionId: ${NUL}`],
    ['a producer with NUL', { producer: '\0' }, `producer: ${NUL}`],
    ['a batchId with NUL', { batchId: 'b\0' }, `batchId: ${NUL}`],
    ['a roomId with NUL', client({ roomId: 'r\0' }), `client.roomId: ${NUL}`],
    ['a sessionId with half a pair', { sessionId: '\ud83d' }, `sessionId: ${HALF}`],
    ['a producer with half a pair', { producer: 'p\ude00' }, `producer: ${HALF}`],
    ['a userId with half a pair', client({ userId: '\ud83du' }), `client.userId: ${HALF}`],
  ])('for %s', async (_, more, reason) => {
    const answer = await post({ ...batchOf([itemOf(0)]), ...more })
    expect([answer.status, await answer.text()]).toEqual([400, reason])
  })

  test('for a plain sessionId that is none, too', async () => {
    const body = { sessionId: 's\0', sessionName: 'S', exportedAt: NOW, count: 0, items: [] }
    const answer = await post(body)
    expect([answer.status, await answer.text()]).toEqual([400, `sessionId: ${NUL}`])
  })

  test('for a million items, each of them small', async () => {
    const items = `[${'0,'.repeat(999_999)}0]`
    const body = JSON.stringify({ ...batchOf([]), count: 1e6, items: 'ITEMS' })
    const answer = await post(body.replace('"ITEMS"', items))
    expect([answer.status, await answer.text()]).toEqual([
      413,
      'The body holds over 500000 values.',
    ])
  })

  test('on a socket as by POST', async () => {
    const socket = await dial(collector.url)
    await socket.greet()
    socket.send(batchOf([], { batchId: 'b1', sessionId: LONG }))
    const reason = `sessionId: ${TOO_LONG}`
    expect(await socket.next()).toEqual({ type: 'nack', batchId: 'b1', code: 400, reason })
  })
})

describe('an item is named, and the others are kept', () => {
  test.each<[string, Partial<Item>, string]>([
    ['an event of 1 MB', { event: LONG }, `event: ${TOO_LONG}`],
    ['a tag of 1 MB', { tag: LONG as Item['tag'] }, `tag: ${TOO_LONG}`],
    ['a peerId of 1 MB', { peerId: LONG }, `peerId: ${TOO_LONG}`],
    ['a peerName of 1 MB', { peerName: LONG }, `peerName: ${TOO_LONG}`],
    ['a pcId of 1 MB', { pcId: LONG }, `pcId: ${TOO_LONG}`],
    ['a peerId with NUL', { peerId: 'a\0b' }, `peerId: ${NUL}`],
    ['a pcId with half a pair', { pcId: '\udc00' }, `pcId: ${HALF}`],
  ])('for %s', async (_, wrong, reason) => {
    const answer = await post(batchOf([itemOf(0), itemOf(1, wrong), itemOf(2)]))
    const rejected = [{ index: 1, reason, retry: false }]
    expect(await answer.json()).toEqual({ accepted: 2, duplicates: 0, rejected })
  })

  test('for members that are no texts in a plain item, nothing', async () => {
    const plain = { event: 'x', tag: 'x', peerId: null, peerName: null, timestamp: NOW, data: 1 }
    const items = [{ ...plain, pcId: 7 }]
    const body = { sessionId: 's', sessionName: 'S', exportedAt: NOW, count: 1, items }
    expect(await (await post(body)).json()).toMatchObject({ accepted: 1, rejected: [] })
  })
})

describe('it comes back as it went', () => {
  test('with NUL, halves of pairs and 1 MB in its data', async () => {
    const data = { nul: 'a\0b', half: '\ud83d', '\0': '\udc00', long: LONG }
    await post(batchOf([itemOf(0, { data })]))
    expect(await itemsOf('s')).toEqual([{ ...itemOf(0, { data }), producer: 'p' }])
  })

  test('with half a pair in a name, which stands as U+FFFD in the lists', async () => {
    const name = 'Ann\ud83d\0'
    await post(batchOf([itemOf(0, { peerName: name })], { sessionName: name }))
    expect(await itemsOf('s')).toMatchObject([{ peerName: name }])
    const session = await (await fetch(`${collector.url}/sessions/s`)).json()
    const plain = 'Ann\ufffd\ufffd'
    expect(session).toMatchObject({ sessionName: plain, peers: [{ peerName: plain }] })
  })

  test.each([
    '../../etc/passwd',
    '..%2f..',
    'a\nb\r\n',
    "';drop table items;--",
    '\u202e',
    'a/b?c#d',
  ])('under the name of %j', async (name) => {
    const batch = batchOf([itemOf(0, { peerId: name })], { sessionId: name, producer: name })
    expect((await post(batch)).status).toBe(200)
    expect(await itemsOf(name)).toEqual([{ ...itemOf(0, { peerId: name }), producer: name }])
  })

  test('with members called __proto__ and constructor, which reach no prototype', async () => {
    const evil = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'
    const stats = { event: 'stats', tag: 'stats', data: { metrics: 'EVIL', raw: 'EVIL' } } as const
    const ours = JSON.stringify(batchOf([itemOf(0, { data: 'EVIL' }), itemOf(1, stats)]))
    const sent = ours.replaceAll('"EVIL"', evil).replace('{"schema', '{"__proto__":{"p":1},"schema')
    const answer = await post(sent)
    // `raw` holds lists.
    expect(await answer.json()).toMatchObject({ accepted: 1, rejected: [{ index: 1 }] })
    expect(JSON.stringify(await itemsOf('s'))).toContain(`"data":${evil}`)
    const plain = { event: 'x', tag: 'x', peerId: null, peerName: null, timestamp: NOW }
    const items = [{ ...plain, data: 'EVIL' }]
    const body = { sessionId: 'plain', sessionName: 'S', exportedAt: NOW, count: 1, items }
    await post(JSON.stringify(body).replace('"EVIL"', evil))
    expect(JSON.stringify(await itemsOf('plain'))).toContain(`"data":${evil}`)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(({} as { p?: number }).p).toBeUndefined()
  })

  test.each([
    ['in data', (deep: string) => JSON.stringify(batchOf([itemOf(0, { data: deep })]))],
    ['beside the items', (deep: string) => JSON.stringify({ ...batchOf([]), more: deep })],
    ['in the client', (more: string) => JSON.stringify({ ...batchOf([]), ...client({ more }) })],
    ['in place of a text', (deep: string) => JSON.stringify({ ...batchOf([]), sessionId: deep })],
    [
      'in stats',
      (deep: string) => {
        const data = { metrics: { a: deep }, codec: deep }
        return JSON.stringify(batchOf([itemOf(0, { event: 'stats', tag: 'stats', data })]))
      },
    ],
  ])('or is refused, never a 500, nested 100,000 deep %s', async (_, bodyWith) => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`
      const answer = await post(bodyWith('DEEP').replaceAll('"DEEP"', deep))
      expect(answer.status).toBeOneOf([200, 400])
    }
    expect((await post(batchOf([itemOf(0)]))).status).toBe(200)
  })
})
