// The server that other tests trust: it fails as told, and its ledger tells what reached it.
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startFaultCollector } from './fault-collector.ts'
import type { Script, Step } from './fault-collector.ts'
import type { Ledger, RequestRecord } from './fault-ledger.ts'

let server: Awaited<ReturnType<typeof startFaultCollector>>
let run = ''
let runs = 0

beforeAll(async () => {
  server = await startFaultCollector()
})
afterAll(async () => server.close())
beforeEach(() => {
  runs += 1
  run = `${server.url}/run${runs}`
})

async function script(steps: Step[], next: Script['next'] & string = 'last'): Promise<void> {
  await fetch(`${run}/script`, { method: 'PUT', body: JSON.stringify({ steps, next }) })
}

/** The status of the answer, 0 where there was none. */
async function send(seqs: number[], batchId = 'b', more: object = {}): Promise<number> {
  const items = seqs.map((seq) => ({ event: 'stats', seq, ...more }))
  const body = JSON.stringify({ batchId, producer: 'p', sessionId: 's', items })
  return post(body)
}

async function post(body: BodyInit, headers: Record<string, string> = {}): Promise<number> {
  return fetch(`${run}/ingest`, { method: 'POST', body, headers }).then(
    ({ status }) => status,
    () => 0,
  )
}

async function ledger(): Promise<Ledger> {
  return (await fetch(`${run}/ledger`)).json() as Promise<Ledger>
}

async function requests(): Promise<RequestRecord[]> {
  return (await fetch(`${run}/requests`)).json() as Promise<RequestRecord[]>
}

async function sendEach(seqs: number[]): Promise<number[]> {
  const statuses: number[] = []
  for (const seq of seqs) statuses.push(await send([seq], `b${seq}`))
  return statuses
}

test('without a script all is taken and answered', async () => {
  const body = JSON.stringify({ producer: 'p', sessionId: 's', items: [{ seq: 0 }, { seq: 1 }] })
  const answer = await fetch(`${run}/ingest`, { method: 'POST', body })
  expect(await answer.json()).toEqual({ accepted: 2, rejected: [] })
  const items = [0, 1].map((seq) => ({ seq, producer: 'p', sessionId: 's' }))
  expect(await ledger()).toEqual({ kept: 2, doubled: [], missing: [], batches: 1, items })
})

test('steps apply to successive posts, and go on as the script says', async () => {
  await script([{}, { status: 503 }], 'first')
  expect(await sendEach([0, 1, 2, 3])).toEqual([200, 503, 200, 503])
  await script([{ status: 503 }, { status: 429 }], 'last')
  expect(await sendEach([0, 1, 2])).toEqual([503, 429, 429])
  await script([{ status: 503 }], 'ok')
  expect(await sendEach([0, 1, 2])).toEqual([503, 200, 200])
})

test('what is answered by a failure or by a page of somebody else is not kept', async () => {
  const html = { body: '<!doctype html>', headers: { 'content-type': 'text/html' } }
  await script([{ status: 503 }, html, { body: 'ok', keep: true }])
  expect(await sendEach([0, 1, 2])).toEqual([503, 200, 200])
  expect(await ledger()).toMatchObject({
    kept: 1,
    missing: [
      ['p', 0],
      ['p', 1],
    ],
  })
})

test('a socket dropped before stores nothing, one dropped after stores all', async () => {
  await script([{ drop: 'before' }, { drop: 'after' }, {}])
  expect([await send([0]), await send([1]), await send([2])]).toEqual([0, 0, 200])
  expect(await ledger()).toMatchObject({ kept: 2, missing: [['p', 0]] })
  expect((await requests()).map(({ status }) => status)).toEqual([0, 0, 200])
})

test('the ledger tells a retry from the same item in two batches', async () => {
  await send([0, 1, 2], 'b')
  await send([0, 1, 2], 'b')
  await send([2, 3], 'tail')
  const { kept, batches, doubled } = await ledger()
  expect({ kept, batches }).toEqual({ kept: 4, batches: 2 })
  expect(doubled).toEqual([
    ['p', 0, 2, 1],
    ['p', 1, 2, 1],
    ['p', 2, 3, 2],
  ])
})

test('the first copy stays, but a whole item replaces a partial one', async () => {
  await send([0], 'a', { partial: true, data: 1 })
  await send([0], 'b', { data: 2 })
  await send([0], 'c', { data: 3 })
  expect((await ledger()).items).toMatchObject([{ data: 2 }])
})

test('a condition decides by what is in the body', async () => {
  await script([{ if: { seq: 3 }, status: 400 }])
  expect([await send([1, 2]), await send([3, 4])]).toEqual([200, 400])
  await script([{ if: { bytesOver: 200 }, status: 413 }])
  expect([await send([5]), await send([6], 'x'.repeat(200))]).toEqual([200, 413])
  await script([{ if: { gzip: true }, status: 415 }])
  expect([
    await send([7]),
    await post(gzipSync('{"items":[{}]}'), { 'content-encoding': 'gzip' }),
  ]).toEqual([200, 415])
})

test('rejected items are named and not kept', async () => {
  const rejected = [{ index: 1, reason: 'no', retry: false }]
  await script([{ rejected }])
  const body = JSON.stringify({ producer: 'p', items: [{ seq: 0 }, { seq: 1 }, { seq: 2 }] })
  const answer = await fetch(`${run}/ingest`, { method: 'POST', body })
  expect(await answer.json()).toEqual({ accepted: 2, rejected })
  expect(await ledger()).toMatchObject({ kept: 2, missing: [['p', 1]] })
})

test('gzip is decoded, and what came is written down', async () => {
  const body = gzipSync(JSON.stringify({ batchId: 'b', producer: 'p', items: [{ seq: 0 }] }))
  expect(await post(body, { 'content-encoding': 'gzip', 'x-mine': 'yes' })).toBe(200)
  expect(await requests()).toMatchObject([
    {
      method: 'POST',
      status: 200,
      batchId: 'b',
      count: 1,
      bytes: body.length,
      headers: { 'x-mine': 'yes' },
    },
  ])
  const bodies: unknown = await (await fetch(`${run}/bodies`)).json()
  expect(bodies).toEqual([{ batchId: 'b', producer: 'p', items: [{ seq: 0 }] }])
})

test('an answer can wait, and so can the reading', async () => {
  await script([{ delayMs: 60 }, { slowReadMs: 60 }])
  for (const seq of [0, 1]) {
    const from = performance.now()
    await send([seq])
    expect(performance.now() - from).toBeGreaterThan(50)
  }
})

test('a client that goes away in the middle is written down and the server goes on', async () => {
  const body = new ReadableStream({ start: (queue) => queue.enqueue(new Uint8Array(1000)) })
  const init = { method: 'POST', body, signal: AbortSignal.timeout(60), duplex: 'half' }
  await expect(fetch(`${run}/ingest`, init as RequestInit)).rejects.toThrow('aborted')
  await expect.poll(requests).toMatchObject([{ status: 0, count: 0 }])
  expect(await send([0])).toBe(200)
})

test('a page may send any header unless the step says otherwise', async () => {
  await script([
    { headers: { 'retry-after': '3' }, status: 503 },
    { cors: 'content-type' },
    { cors: 'none' },
  ])
  const asked = { origin: 'https://a.example', 'access-control-request-headers': 'x-any' }
  const allowed: (string | null)[] = []
  const exposed: (string | null)[] = []
  for (const seq of [0, 1, 2]) {
    const preflight = await fetch(`${run}/ingest`, { method: 'OPTIONS', headers: asked })
    allowed.push(preflight.headers.get('access-control-allow-headers'))
    const answer = await fetch(`${run}/ingest`, {
      method: 'POST',
      body: `{"items":[{"seq":${seq}}]}`,
    })
    exposed.push(answer.headers.get('access-control-expose-headers'))
  }
  expect(allowed).toEqual(['x-any', 'content-type', null])
  expect(exposed).toEqual(['retry-after', null, null])
  expect((await requests()).filter(({ method }) => method === 'OPTIONS')).toHaveLength(3)
})

test('runs know nothing of each other, and one can be forgotten', async () => {
  await send([0])
  expect(((await (await fetch(`${server.url}/other/ledger`)).json()) as Ledger).kept).toBe(0)
  await fetch(run, { method: 'DELETE' })
  expect((await ledger()).kept).toBe(0)
})
