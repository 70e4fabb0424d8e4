// What of a session can be downloaded from the collector.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCollector } from '../collector/src/collector.ts'
import { NOWHERE } from '../collector/src/facts.ts'
import { checkBatch } from '../collector/src/ingest/check.ts'
import type { RunningCollector } from '../collector/src/serve.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import { batchOf, itemOf } from './batches.ts'
import { download, putAll, startEmpty } from './downloading.ts'

let collector: RunningCollector

beforeEach(async () => {
  collector = await startEmpty()
})

afterEach(async () => collector.close())

test('who asks for its head alone is no reader', async () => {
  await putAll(collector, [batchOf([itemOf(0)])])
  const method = 'HEAD'
  for (let count = 0; count < 10; count++) await fetch(`${collector.url}/sessions/s`, { method })
  expect((await download(collector, 's')).status).toBe(200)
})

/** The lines of a download, each parsed alone. */
async function linesOf(sessionId: string): Promise<readonly Record<string, unknown>[]> {
  const text = await (await download(collector, sessionId, '/items.jsonl')).text()
  expect(text).toMatch(/\n$/)
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('a line has its item and all that is known of it', async () => {
  const item = itemOf(0, { data: { label: 'a\nb\u2028' } })
  const batch = batchOf([item], { sessionName: 'Standup' })
  await putAll(collector, [batch])
  const location = { city: null, country: null, organization: null }
  const receivedAt = expect.stringMatching(/^\d{4}-.*Z$/)
  const { roomId, userId, keys, sdkVersion, userAgent, hints, devices } = batch.client
  const own = { roomId, userId, keys, sdkVersion, userAgent, hints, devices }
  const client = { ...own, queue: null, dropped: {}, location }
  const said = { sessionId: 's', sessionName: 'Standup', producer: 'p', receivedAt, client }
  expect(await linesOf('s')).toEqual([{ ...said, exportedAt: batch.exportedAt, ...item }])
})

test('lines are in the order of producers and numbers, however they came', async () => {
  await putAll(collector, [
    batchOf([itemOf(2), itemOf(0)], { producer: 'b' }),
    batchOf([itemOf(1), itemOf(3)], { producer: 'a' }),
    batchOf([itemOf(1)], { producer: 'b' }),
  ])
  const identities = (await linesOf('s')).map(({ producer, seq }) => `${producer} ${seq}`)
  expect(identities).toEqual(['a 1', 'a 3', 'b 0', 'b 1', 'b 2'])
})

test('what the collector knows of an item is not the sender to say', async () => {
  const forged = { ...itemOf(0), producer: 'x', client: 'y', sessionId: 'z', more: 1 }
  await putAll(collector, [batchOf([forged])])
  expect(await linesOf('s')).toMatchObject([{ producer: 'p', sessionId: 's', more: 1 }])
})

test('a partial item is one, until the whole one is there', async () => {
  const whole = itemOf(0, { data: 'whole' })
  await putAll(collector, [batchOf([{ ...whole, partial: true, data: 'part' }])])
  expect(await linesOf('s')).toMatchObject([{ partial: true, data: 'part' }])
  await putAll(collector, [batchOf([whole])])
  expect(await linesOf('s')).toEqual([expect.not.objectContaining({ partial: true })])
})

test.each([
  ['Demo call', '"Demo_call.items.jsonl"; filename*=UTF-8\'\'Demo%20call.items.jsonl'],
  ['../..\\etc', '"__.._etc.items.jsonl"'],
  ['a"\r\nX: y', '"a_X_y.items.jsonl"; filename*=UTF-8\'\'a%22__X%3A%20y.items.jsonl'],
  [
    "über 'x'(*)",
    '"_ber_x_.items.jsonl"; filename*=UTF-8\'\'%C3%BCber%20%27x%27%28%2A%29.items.jsonl',
  ],
  ['😀'.repeat(500), `"_.items.jsonl"; filename*=UTF-8''${'%F0%9F%98%80'.repeat(100)}.items.jsonl`],
])('a file of the session %j has a name that is safe', async (sessionId, names) => {
  await putAll(collector, [batchOf([itemOf(0)], { sessionId })])
  const { headers } = await download(collector, sessionId, '/items.jsonl')
  expect(headers.get('content-disposition')).toBe(`attachment; filename=${names}`)
  expect(headers.get('content-type')).toBe('application/jsonl; charset=utf-8')
})

test('there is no file of a session that is not there', async () => {
  const answer = await download(collector, 'nobody', '/items.jsonl')
  expect([answer.status, await answer.text()]).toEqual([404, 'No such session.'])
})

test.each(['items', 'texts', 'textsByTime'] as const)(
  'between two pages of %s others have a turn, however fast they are read',
  async (way) => {
    const store = await openStore(':memory:')
    for (let at = 0; at < 60; at += 20) {
      const items = Array.from({ length: 20 }, (_, index) => itemOf(at + index))
      const checked = checkBatch(batchOf(items), NOWHERE)
      if (checked.status === 'ok') await store.put([checked.arrival])
    }
    const session = await store.session('s')
    let turns = 0
    const count = (): void => {
      turns += 1
      next = setImmediate(count)
    }
    let next = setImmediate(count)
    let pages = 0
    for await (const _ of session?.[way]() ?? []) pages += 1
    clearImmediate(next)
    await store.close()
    expect(pages).toBeGreaterThan(3)
    expect(turns).toBeGreaterThanOrEqual(pages - 1)
  },
)

test('files are read by eight at once, of whatever form, and by the next when one is done', async () => {
  const mounted = await createCollector({ log: () => {} })
  const ask = async (path: string, init?: RequestInit): Promise<Response> =>
    mounted.fetch(new Request(`http://c${path}`, init))
  await ask('/ingest', { method: 'POST', body: JSON.stringify(batchOf([itemOf(0)])) })
  const forms = ['', '/items.jsonl', '/rooms.json', '/rtcstats-dump']
  const readers = await Promise.all([...forms, ...forms].map((form) => ask(`/sessions/s${form}`)))
  for (const form of forms) {
    const late = await ask(`/sessions/s${form}`)
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '5'])
  }
  await readers[1]?.body?.cancel()
  await readers[2]?.text()
  const next = await Promise.all(forms.slice(2).map((form) => ask(`/sessions/s${form}`)))
  expect(next.map(({ status }) => status)).toEqual([200, 200])
  expect((await ask('/sessions/s')).status).toBe(503)
  await mounted.close()
})
