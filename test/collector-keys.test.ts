// Who may send: with an ingest key, and where a key may stand.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { formatText } from '../collector/src/log-format.ts'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector } from '../collector/src/serve.ts'
import { batchOf, itemOf } from './batches.ts'
import { dial } from './socket-client.ts'

const KEY = 'a key / of + ours'
const OTHER = 'another-key'
const WRONG = { type: 'nack', batchId: null, code: 401, reason: 'Wrong or missing key.' }

const lines: string[] = []
let collector: RunningCollector

async function start(keys: readonly string[] = [KEY, OTHER]): Promise<void> {
  lines.length = 0
  collector = await startCollector({ log: (entry) => lines.push(formatText(entry)), keys })
}

afterEach(async () => collector?.close())

function post(query: string, headers: Record<string, string>, body?: string): Promise<Response> {
  const sent = body ?? JSON.stringify(batchOf([itemOf(0)]))
  return fetch(`${collector.url}/ingest${query}`, { method: 'POST', headers, body: sent })
}

const IN_ADDRESS = `?key=${encodeURIComponent(KEY)}`

describe('with keys', () => {
  test.each<[string, string, Record<string, string>]>([
    ['in the header', '', { authorization: `Bearer ${KEY}` }],
    ['in the header, the scheme in small letters', '', { authorization: `bearer ${OTHER}` }],
    ['in the address, as of a beacon', IN_ADDRESS, { 'content-type': 'text/plain' }],
    ['in the address, beside the header of a proxy', IN_ADDRESS, { authorization: 'Basic eDp5' }],
  ])('a batch with one %s is taken', async (_, query, headers) => {
    await start()
    expect((await post(query, headers)).status).toBe(200)
  })

  test.each<[string, string, Record<string, string>]>([
    ['none', '', {}],
    ['another', '', { authorization: 'Bearer x' }],
    ['the beginning of one', '', { authorization: `Bearer ${KEY.slice(0, -1)}` }],
    ['one without its scheme', '', { authorization: KEY }],
    ['an empty one', '?key=', { authorization: 'Bearer ' }],
    ['both in one', '', { authorization: `Bearer ${KEY},${OTHER}` }],
  ])('a batch with %s is refused, and not kept', async (_, query, headers) => {
    await start()
    const answer = await post(query, headers)
    expect([answer.status, await answer.text()]).toEqual([401, 'Wrong or missing key.'])
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect((await collector.store.totals()).items).toBe(0)
    expect(lines).toEqual(['refused with 401: Wrong or missing key.'])
  })

  test('a preflight needs none, for it can carry none', async () => {
    await start()
    const headers = { origin: 'https://app.example', 'access-control-request-headers': 'x-a' }
    const preflight = await fetch(`${collector.url}/ingest`, { method: 'OPTIONS', headers })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('x-a')
  })

  test('a page can read that its key is wrong', async () => {
    await start()
    const answer = await post('', { origin: 'https://app.example' })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  })

  test.each([
    ['in its hello', '/ingest', KEY],
    ['in its address', `/ingest${IN_ADDRESS}`, undefined],
  ])('a socket with one %s is welcome', async (_, path, key) => {
    await start()
    const client = await dial(collector.url, { path })
    expect(await client.greet(key === undefined ? {} : { key })).toMatchObject({ type: 'welcome' })
  })

  test.each([
    ['without one', {}],
    ['with a wrong one', { key: 'x' }],
  ])('a socket %s is told so and closed', async (_, hello) => {
    await start()
    const client = await dial(collector.url)
    expect(await client.greet(hello)).toEqual(WRONG)
    expect(await client.closed).toBe(1008)
    expect(lines).toEqual(['refused with 401: Wrong or missing key.'])
  })

  test('a socket that was refused is not heard any more', async () => {
    await start()
    const client = await dial(collector.url)
    client.say({ type: 'hello', schemaVersion: 1, producer: 'p', pending: [], key: 'x' })
    client.say({ type: 'hello', schemaVersion: 1, producer: 'p', pending: [], key: KEY })
    client.send(batchOf([itemOf(0)]))
    client.say('{')
    expect(await client.closed).toBe(1008)
    expect(lines).toHaveLength(1)
    expect((await collector.store.totals()).items).toBe(0)
  })

  test('a key stands in no line and in no answer', async () => {
    await start()
    const said = `?key=${OTHER}`
    const headers = { authorization: `Bearer ${OTHER}` }
    const answers = await Promise.all([
      post(said, headers),
      post(said, headers, '{'),
      post(said, headers, `{"${OTHER.slice(1)}":1}`),
      post(`${said}x`, {}),
      fetch(`${collector.url}/nowhere${said}`),
    ])
    const client = await dial(collector.url, { path: `/ingest${said}` })
    const heard = [await client.greet({ key: OTHER })]
    client.say({ type: 'hello', key: OTHER })
    heard.push(await client.next())
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    expect([...texts, ...lines, JSON.stringify(heard)].join('\n')).not.toContain(OTHER)
    expect(lines.length).toBeGreaterThan(3)
  })
})

test('the command takes several keys', async () => {
  const cli = new URL('../collector/src/cli.ts', import.meta.url).pathname
  const flags = ['--log', 'text', '--port', '0', '--key', KEY, '--key', OTHER]
  const folder = await mkdtemp(join(tmpdir(), 'collector-keys-'))
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), cli, ...flags], {
    cwd: folder,
  })
  try {
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const url = /http:\S+(?=:)/.exec(String(said))?.[0] ?? ''
    const withKey = (key: string) => fetch(`${url}/ingest?key=${key}`, { method: 'POST', body: '' })
    const answers = await Promise.all([encodeURIComponent(KEY), OTHER, 'x'].map(withKey))
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 401])
    expect(String(said)).not.toContain(KEY)
  } finally {
    child.kill()
    await once(child, 'exit')
    await rm(folder, { recursive: true })
  }
})

describe('without keys', () => {
  test('an empty list lets nobody in', async () => {
    await start([])
    expect((await post('', {})).status).toBe(401)
  })

  test('a key that nobody asked for does no harm', async () => {
    collector = await startCollector({ log: () => {} })
    expect((await post('?key=x', { authorization: 'Bearer x' })).status).toBe(200)
    const client = await dial(collector.url)
    expect(await client.greet({ key: 'x' })).toMatchObject({ type: 'welcome' })
  })

  test('an empty key is a mistake of the set-up', async () => {
    const wrong = startCollector({ log: () => {}, keys: ['a', ''] })
    await expect(wrong).rejects.toThrow('keys: expected strings that are not empty')
  })
})
