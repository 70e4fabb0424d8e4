// `npm run bench:ingest`: durable ingest over HTTP against what the store does bare, and sockets at a call's pace.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { NOWHERE } from '../../collector/src/facts.ts'
import { checkBatch } from '../../collector/src/ingest/check.ts'
import { createCommits } from '../../collector/src/ingest/commits.ts'
import { openStore } from '../../collector/src/store/libsql.ts'
import type { Batch, Item } from '../../src/wire.ts'
import { batchOf, itemOf } from '../batches.ts'
import { dial } from '../socket-client.ts'
import type { SocketClient } from '../socket-client.ts'

const BATCHES = 3000
const CONCURRENCY = 64
const ROUNDS = 3
const SOCKETS = 1000
const SOCKETS_MS = 30_000
const PERIOD_MS = 2000

const sample = JSON.parse(
  readFileSync(new URL('../fixtures/wire-batch.stats.json', import.meta.url), 'utf8'),
) as { items: Item[] }
const data = { ...(sample.items[0]?.data as object), metrics: {} }

/** As large as the sample of the wire. */
function statsBatch(index: number, name?: string): Batch {
  const items = [itemOf(Math.floor(index / 50), { event: 'stats', tag: 'stats', data })]
  const producer = name ?? `00000000-0000-4000-8000-${String(index % 50).padStart(12, '0')}`
  return batchOf(items, { producer, sessionId: name ?? `session-${index % 25}` })
}

async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<number> {
  let next = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (next < count) await work(next++)
    }),
  )
  return (count / (performance.now() - began)) * 1000
}

async function bare(path: string): Promise<number> {
  const store = await openStore(path)
  const commits = createCommits(store, () => {})
  const arrivals = Array.from({ length: BATCHES }, (_, index) => {
    const checked = checkBatch(statsBatch(index), NOWHERE)
    if (checked.status === 'refused') throw new Error(checked.reason)
    return checked.arrival
  })
  const rate = await inParallel(BATCHES, async (index) => {
    await commits.put(arrivals[index]!)
  })
  await store.close()
  return rate
}

async function startCollector(path: string): Promise<{ child: ChildProcess; port: number }> {
  const program = fileURLToPath(new URL('../../collector/src/cli.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      program,
      '--port',
      '0',
      '--data',
      path,
      '--max-requests-per-sec',
      '1000000',
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  for await (const line of createInterface({ input: child.stdout! })) {
    const found = /http:\/\/[\d.]+:(\d+)/.exec(line)
    if (!found) continue
    child.stdout!.resume()
    return { child, port: Number(found[1]) }
  }
  throw new Error('no collector')
}

async function overHttp(path: string): Promise<number> {
  const { child, port } = await startCollector(path)
  const bodies = Array.from({ length: BATCHES }, (_, index) =>
    gzipSync(JSON.stringify(statsBatch(index))),
  )
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY })
  const rate = await inParallel(BATCHES, (index) => post(agent, port, bodies[index]!))
  agent.destroy()
  child.kill()
  return rate
}

function post(agent: Agent, port: number, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-encoding': 'gzip', 'content-length': body.length }
    request({ agent, port, method: 'POST', path: '/ingest', headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`answered ${answer.statusCode}`))
      answer.resume().on('end', resolve)
    })
      .on('error', reject)
      .end(body)
  })
}

interface Pace {
  readonly acks: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly startMiB: number
  readonly peakMiB: number
}

/** Each socket sends one item every two seconds, as a call does. */
async function overSockets(path: string): Promise<Pace> {
  const { child, port } = await startCollector(path)
  const startMiB = residentMiB(child, 'VmRSS')
  const url = `http://127.0.0.1:${port}`
  const delays: number[] = []
  const until = performance.now() + SOCKETS_MS
  const clients: SocketClient[] = []
  // So many at once would be dropped by the system's own queue.
  for (let index = 0; index < SOCKETS; index += 50) {
    const dialled = Array.from({ length: 50 }, () => dial(url))
    clients.push(...(await Promise.all(dialled)))
  }
  await Promise.all(
    clients.map(async (client, index) => {
      await client.greet()
      await sleep(Math.random() * PERIOD_MS)
      for (let seq = 0; performance.now() < until; seq += 1) {
        const body = gzipSync(JSON.stringify(statsBatch(seq * 50, `socket-${index}`)))
        const began = performance.now()
        client.send(body)
        const { type } = await client.next()
        if (type !== 'ack') throw new Error(`answered ${type}`)
        delays.push(performance.now() - began)
        await sleep(Math.max(0, PERIOD_MS - (performance.now() - began)))
      }
    }),
  )
  const peakMiB = residentMiB(child, 'VmHWM')
  for (const client of clients) client.ws.terminate()
  child.kill()
  delays.sort((a, b) => a - b)
  const at = (share: number): number => delays[Math.floor(share * (delays.length - 1))] ?? NaN
  return { acks: delays.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), startMiB, peakMiB }
}

function residentMiB({ pid }: ChildProcess, member: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${member}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[1] ?? NaN

const folder = mkdtempSync(join(tmpdir(), 'bench-'))
try {
  const ratios: number[] = []
  for (let round = 1; round <= ROUNDS; round += 1) {
    const bareRate = await bare(join(folder, `bare-${round}.db`))
    const httpRate = await overHttp(join(folder, `http-${round}.db`))
    ratios.push(httpRate / bareRate)
    console.log(
      `round ${round}: store ${bareRate.toFixed(0)}/s, over HTTP ${httpRate.toFixed(0)}/s, ratio ${(httpRate / bareRate).toFixed(2)}`,
    )
  }
  console.log(
    `durable ingest: ratio ${median(ratios).toFixed(2)} of what the store does bare (median)`,
  )
  const { acks, p50Ms, p99Ms, maxMs, startMiB, peakMiB } = await overSockets(join(folder, 's.db'))
  console.log(
    `${SOCKETS} sockets, an item each ${PERIOD_MS / 1000} s: ${acks} acks, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, max ${maxMs.toFixed(0)} ms; ` +
      `memory ${startMiB.toFixed(0)} MiB at start, ${peakMiB.toFixed(0)} MiB at most`,
  )
} finally {
  rmSync(folder, { recursive: true })
}
