// `npm run bench:live`: what the streams of the live page cost a collector, with a room of 200 and with a call of 8 hours.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCollector, openStore } from '../../collector/src/index.ts'
import type { Collector } from '../../collector/src/index.ts'
import type { Batch, Item } from '../../src/wire.ts'
import { createIntake } from '../../workers/intake.ts'
import { createOwnItems } from '../../workers/own-items.ts'
import { createPipeline } from '../../workers/pipeline.ts'
import { createSummary } from '../../workers/summary.ts'
import { batchOf } from '../batches.ts'
import { createFakeClock } from '../fake-clock.ts'
import { pollsOf, readRecording } from '../recordings.ts'

const PARTICIPANTS = 200
const PERIOD_MS = 2000
const PHASE_MS = 10_000
const LONG_POLLS = 14_400
/** In the long call. */
const TALKERS = 4

/** Polls of a real call, as the exporter sends them. */
function polls(detail: 'report' | 'metrics'): Item[] {
  const items: Item[] = []
  const clock = createFakeClock()
  const nextItem = createOwnItems(clock, () => PERIOD_MS)
  const pipeline = createPipeline({
    ...{ producer: 'p', intervalMs: () => PERIOD_MS, intake: createIntake(), redactor: null },
    summary: createSummary({ clock, nextItem, take: () => {} }),
    ...{ detail, copies: { rawStats: false, statsObject: false }, raise: () => {} },
    keep: ({ json }) => items.push(JSON.parse(new TextDecoder().decode(json)) as Item),
  })
  const series = readRecording('chromium')
  const [first] = series.peerConnections
  for (const [seq, { t, wall, report }] of pollsOf(series, first?.pcId ?? '').entries()) {
    const subject = { peerId: 'a', peerName: 'A', pcId: 'pc', timestamp: Math.floor(wall) }
    pipeline.takeReports([{ ...subject, seq, clock: t, read: 'full', stats: report }], true)
  }
  return items
}

function batch(sample: readonly Item[], who: number, seq: number, at: number, count = 1): Batch {
  const name = `participant-${who}`
  const items = Array.from({ length: count }, (_, index): Item => {
    const item = sample[(seq + index) % sample.length] as Item
    const timestamp = new Date(at + index * PERIOD_MS).toISOString()
    return { ...item, seq: seq + index, timestamp, peerId: name, peerName: name, pcId: `pc-${who}` }
  })
  const client = { ...batchOf([]).client, roomId: 'room', userId: name }
  return batchOf(items, { producer: name, sessionId: name, client })
}

async function post(collector: Collector, body: Batch): Promise<void> {
  const request = { method: 'POST', body: JSON.stringify(body) }
  const answer = await collector.fetch(new Request('http://bench.test/ingest', request))
  if (answer.status !== 200) throw new Error(await answer.text())
}

interface Follower {
  bytes: number
  readonly caughtUp: Promise<void>
  leave(): Promise<void>
}

async function follow(collector: Collector, path: string): Promise<Follower> {
  const { body } = await collector.fetch(new Request(`http://bench.test${path}`))
  if (!body) throw new Error('no stream')
  const reader = body.getReader()
  let isThere = (): void => {}
  const follower: Follower = {
    bytes: 0,
    caughtUp: new Promise((resolve) => (isThere = resolve)),
    leave: () => reader.cancel(),
  }
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      follower.bytes += value.length
      if (value.length < 100 && Buffer.from(value).includes('caught-up')) isThere()
    }
  }
  void read() // it ends with the stream
  return follower
}

interface Cost {
  readonly what: string
  readonly 'wall ms': number
  readonly 'CPU ms': number
  readonly 'longest ms': number
  readonly kB: number
}

const costs: Cost[] = []

async function measure(what: string, work: () => Promise<number>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const cpu = process.cpuUsage()
  const began = performance.now()
  const bytes = await work()
  const { user, system } = process.cpuUsage(cpu)
  const wallMs = performance.now() - began
  // It notes a wait when that is over.
  await sleep(20)
  delay.disable()
  const round = (value: number): number => Math.round(10 * value) / 10
  const cost = {
    ...{ what, 'wall ms': round(wallMs) },
    ...{ 'CPU ms': round((user + system) / 1000), 'longest ms': round(delay.max / 1e6) },
    kB: round(bytes / 1000),
  }
  costs.push(cost)
}

async function open(collector: Collector, path: string): Promise<number> {
  const follower = await follow(collector, path)
  await follower.caughtUp
  await follower.leave()
  return follower.bytes
}

/** All of them send for so long; `count` follow meanwhile. */
async function callGoesOn(
  collector: Collector,
  sample: readonly Item[],
  from: number,
  count: number,
  path: string,
): Promise<number> {
  const followers = await Promise.all(Array.from({ length: count }, () => follow(collector, path)))
  const rounds = PHASE_MS / PERIOD_MS
  for (let round = 0; round < rounds; round += 1) {
    const ends = performance.now() + PERIOD_MS
    for (let who = 0; who < PARTICIPANTS; who += 1) {
      void post(collector, batch(sample, who, from + round, Date.now()))
      if (who % 10 === 9) await sleep(Math.max(0, PERIOD_MS / 20 - 2))
    }
    await sleep(Math.max(0, ends - performance.now()))
  }
  await Promise.all(followers.map((follower) => follower.leave()))
  return followers.reduce((sum, { bytes }) => sum + bytes, 0)
}

async function main(folder: string): Promise<void> {
  const settings = { log: () => {}, maxRequestsPerSec: 1e6 }
  const store = await openStore(join(folder, 'room.db'))
  const room = await createCollector({ ...settings, store })
  const sample = polls('report')
  const now = Date.now()
  for (let who = 0; who < PARTICIPANTS; who += 1) await post(room, batch(sample, who, 0, now))
  for (const path of ['/live/rooms/room', '/live/rooms']) {
    const isGroup = path !== '/live/rooms'
    if (isGroup) await measure('a room of 200 is opened', () => open(room, path))
    for (const [index, count] of [0, 1, 10].entries()) {
      const what = `${count} follow ${isGroup ? 'it' : 'the list'} for 10 s`
      if (isGroup || count > 0) {
        const from = 1 + (isGroup ? 0 : 15) + index * 5
        await measure(what, () => callGoesOn(room, sample, from, count, path))
      }
    }
  }
  await room.close()

  const lean = polls('metrics')
  const long = await createCollector({
    ...settings,
    store: await openStore(join(folder, 'long.db')),
  })
  const began = Date.now() - LONG_POLLS * PERIOD_MS
  const SOME = 50
  for (let seq = 0; seq < LONG_POLLS; seq += SOME) {
    const at = began + seq * PERIOD_MS
    await Promise.all(
      Array.from({ length: TALKERS }, (_, who) => post(long, batch(lean, who, seq, at, SOME))),
    )
  }
  await measure('a connection of 8 hours is opened', () => open(long, '/live/connections/1'))
  await measure('again', () => open(long, '/live/connections/2'))
  await measure('its room is opened', () => open(long, '/live/rooms/room'))
  await long.close()
  console.table(costs)
}

const folder = mkdtempSync(join(tmpdir(), 'bench-live-'))
try {
  await main(folder)
} finally {
  rmSync(folder, { recursive: true })
}
