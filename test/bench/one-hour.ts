// An engine with the default options over an hour, on a clock that is moved by hand: what it sends, and what it stores.
import type { WorkerConfig } from '../../src/protocol.ts'
import { Reader } from '../../src/serialize.ts'
import { createEngine } from '../../workers/engine.ts'
import { createMemoryStore } from '../../workers/memory-store.ts'
import type { BatchRow } from '../../workers/rows.ts'
import { createChannel } from '../channel.ts'
import { createFakeClock } from '../fake-clock.ts'
import { seeded } from '../sending.ts'
import { CONFIG, PAGE } from '../worker-config.ts'
import type { SeriesPoll } from '../record/series.ts'
import type { Hour } from './hour.ts'

export interface Outcome {
  /** JSON bodies in the order in which they went. */
  readonly sent: readonly Uint8Array[]
  /** JSON bodies of the batches that lie in the store in the end. */
  readonly stored: readonly Uint8Array[]
  /** Items in any of them. */
  readonly items: number
}

export interface Setting extends Pick<WorkerConfig, 'detail'> {
  readonly isOnline: boolean
}

const POLL_MS = 2000
const PRODUCER = '5b0c5d35-7d3c-4a0e-9d0e-7a3f1b2c4d5e'

/** As real ones are: they stand in each batch, or in each item. */
const NAMES = { peerId: 'user-48151623', peerName: 'Alice', pcId: 'user-48151623' }
const HINTS = {
  platform: 'Linux',
  platformVersion: '6.1.0',
  bitness: '64',
  mobile: false,
  fullVersionList: [
    { brand: 'Chromium', version: '156.0.8078.79' },
    { brand: 'Google Chrome', version: '156.0.8078.79' },
    { brand: 'Not_A Brand', version: '24.0.0.0' },
  ],
}
const DEVICES = {
  audio: 'Default - MacBook Pro Microphone (Built-in)',
  video: 'FaceTime HD Camera',
}

/** From the first poll until the last one is sent, or stored. */
export async function runHour(hour: Hour, { detail, isOnline }: Setting): Promise<Outcome> {
  // It runs on threads of its own, which a fake clock cannot wait for: without it bodies are stored as they are.
  Object.assign(globalThis, { CompressionStream: undefined })
  const [first] = hour.polls
  if (!first) throw new Error('expected polls, got none')
  const random = seeded(1)
  const reader = new Reader(false)
  const clock = createFakeClock(Math.floor(first.wall) - POLL_MS)
  const store = createMemoryStore()
  const sent: Uint8Array[] = []
  let items = 0
  let seq = 0
  let next = 0
  const captured = (timestamp: number) => ({ seq: seq++, timestamp, ...NAMES })

  const { port, post } = createChannel((message) => {
    if (message.type !== 'pull') return
    const poll = hour.polls[next++]
    if (poll) answer(message.tick, poll)
  })
  /** As the page does it; numbers that cross as such come out of the port as they went in. */
  function answer(tick: number, { report, t }: SeriesPoll): void {
    const slices = reader.read(new Map(report.map((stat) => [stat.id, stat])))
    let slice = slices.next()
    while (!slice.done) slice = slices.next()
    const reports = [{ ...captured(clock.now()), clock: t, ...slice.value }]
    post({ type: 'reports', tick, reports })
  }

  const config: WorkerConfig = {
    ...CONFIG,
    detail,
    // Gzipped it is far below the bounds that hold by default.
    queue: { ...CONFIG.queue, maxBytes: Infinity },
    producer: PRODUCER,
    sessionId: idOf(random),
    sessionName: 'Weekly review',
    facts: { ...CONFIG.facts, roomId: 'weekly-review', userId: '48151623', devices: DEVICES },
  }
  await createEngine(config, port, PAGE, {
    clock,
    random,
    newId: () => idOf(random),
    navigator: {
      onLine: isOnline,
      userAgent: hour.userAgent,
      userAgentData: { getHighEntropyValues: async () => HINTS },
    },
    locks: null,
    openRollCall: () => null,
    createDisk: () => ({ ...store, mode: 'indexeddb' }),
    transports: {
      fetch: {
        name: 'test',
        async send({ json, count }) {
          sent.push(json)
          items += count
          return { status: 'ok' }
        },
        close() {},
      },
    },
    log() {},
  })
  for (const { name, value = '' } of hour.events) {
    const [, event = ''] = name.split(':')
    const tag = 'connection' as const
    const data = { state: value }
    post({ type: 'event', event: { ...captured(clock.now()), event, tag, data } })
  }
  while (next < hour.polls.length) await clock.advance(POLL_MS)
  await clock.advance(POLL_MS * 5)
  const rows = await store.read((transaction) => transaction.list<BatchRow>(['b']))
  const stored = rows.map(({ value }) => value.body)
  return { sent, stored, items: rows.reduce((sum, { value }) => sum + value.count, items) }
}

/** A UUID that is the same in each run. */
function idOf(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
