// The backend that users copy from docs/, run as they run it: a process of its own.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'

const PROGRAM = fileURLToPath(new URL('../docs/backend.mjs', import.meta.url))
const CONNECTION = readFileSync(
  new URL('fixtures/wire-batch.connection.json', import.meta.url),
  'utf8',
)
const STATS = readFileSync(new URL('fixtures/wire-batch.stats.json', import.meta.url), 'utf8')
const JSON_TYPE = { 'content-type': 'application/json' }

let directory = ''
let backend: ChildProcess
let url = ''

async function start(): Promise<void> {
  const env = { ...process.env, PORT: '0', DATABASE_URL: `file:${join(directory, 'stats.db')}` }
  backend = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  if (!backend.stdout) throw new Error('expected a pipe')
  const [line] = (await once(createInterface(backend.stdout), 'line')) as [string]
  url = line
}

async function kill(): Promise<void> {
  const ended = once(backend, 'exit')
  backend.kill('SIGKILL')
  await ended
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'backend-'))
  await start()
})

afterEach(async () => {
  await kill()
  rmSync(directory, { recursive: true })
})

async function post(body: BodyInit, headers: Record<string, string> = JSON_TYPE): Promise<unknown> {
  const answer = await fetch(url, { method: 'POST', body, headers })
  return answer.ok ? answer.json() : answer.status
}

async function count(): Promise<number> {
  const answer = await fetch(new URL('/count', url))
  return ((await answer.json()) as { items: number }).items
}

function batchOf(seqs: readonly number[], more: object = {}): string {
  const items = seqs.map((seq) => ({ event: 'stats', peerId: 'alice', seq, ...more }))
  return JSON.stringify({ sessionId: 's', producer: 'p', items })
}

test('it takes the bodies of today, and a doubled one once', async () => {
  expect(await post(CONNECTION)).toEqual({ accepted: 8 })
  expect(await post(STATS)).toEqual({ accepted: 1 })
  expect(await post(CONNECTION)).toEqual({ accepted: 8 })
  expect(await count()).toBe(9)
})

test('it takes gzip, and the text of a beacon', async () => {
  const gzip = { ...JSON_TYPE, 'content-encoding': 'gzip' }
  expect(await post(gzipSync(batchOf([0, 1])), gzip)).toEqual({ accepted: 2 })
  const text = { 'content-type': 'text/plain;charset=UTF-8' }
  expect(await post(batchOf([1, 2]), text)).toEqual({ accepted: 2 })
  expect(await count()).toBe(3)
})

test('many at once are each kept once', async () => {
  const seqs = Array.from({ length: 30 }, (_, seq) => seq)
  await Promise.all(seqs.map((seq) => post(batchOf([seq, seq + 1]))))
  expect(await count()).toBe(31)
})

test('what was answered is there after a kill', async () => {
  await post(batchOf([0, 1, 2]))
  await kill()
  await start()
  expect(await count()).toBe(3)
})

test('a whole item replaces a partial one, never the reverse', async () => {
  const { createClient } = await import('@libsql/client')
  await post(batchOf([0], { partial: true, data: 'partial' }))
  await post(batchOf([0], { data: 'whole' }))
  await post(batchOf([0], { partial: true, data: 'late' }))
  const db = createClient({ url: `file:${join(directory, 'stats.db')}` })
  const { rows } = await db.execute('select partial, item from items')
  db.close()
  expect(rows).toHaveLength(1)
  expect(rows[0]?.partial).toBe(0)
  expect(JSON.parse(String(rows[0]?.item))).toMatchObject({ data: 'whole' })
})

test('an item of any content is kept rather than sent for ever', async () => {
  const items = [null, 7, 'x', {}, { seq: 'one' }, { seq: 1e300 }, { peerId: { toString: 1 } }]
  const body = JSON.stringify({ sessionId: 's', producer: 'p', items })
  expect(await post(body)).toEqual({ accepted: items.length })
  expect(await count()).toBe(items.length)
})

test('what it cannot take it refuses with the status the exporter knows', async () => {
  expect(await post('{"items":[]}')).toBe(400)
  expect(await post('null')).toBe(400)
  expect(await post('{"items":')).toBe(400)
  expect(await post(batchOf([0], { data: 'x'.repeat(1_100_000) }))).toBe(413)
  const gzip = { ...JSON_TYPE, 'content-encoding': 'gzip' }
  expect(await post(gzipSync(Buffer.alloc(1e7)), gzip)).toBe(413)
  expect(await count()).toBe(0)
})

test('a page of another origin may send, compressed and with the idempotency key', async () => {
  const wanted = 'content-type,content-encoding,idempotency-key'
  const headers = { origin: 'https://app.example', 'access-control-request-headers': wanted }
  const preflight = await fetch(url, { method: 'OPTIONS', headers })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  const allowed = preflight.headers.get('access-control-allow-headers')
  expect(allowed?.toLowerCase().replaceAll(' ', '')).toBe(wanted)
})
