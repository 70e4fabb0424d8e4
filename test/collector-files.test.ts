// The files of rooms of a whole collector: who sends what, for how long they stay, and what stands in them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCollector } from '../collector/src/collector.ts'
import type { Collector } from '../collector/src/collector.ts'
import type { LogEntry } from '../collector/src/log.ts'
import type { CollectorOptions } from '../collector/src/options.ts'
import { startCollector } from '../collector/src/serve.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import type { Store } from '../collector/src/store/store.ts'
import type { Sink } from '../collector/src/streams/sink.ts'
import { batchOf, itemOf } from './batches.ts'
import { createIdleClock } from './idle-clock.ts'
import { postBatch } from './posting.ts'
import { HOUR_MS } from './rolling-up.ts'

const DAY_MS = 24 * HOUR_MS

type Rooms = readonly Readonly<Record<string, unknown>>[]

let collector: Collector | undefined
let place: ReturnType<typeof createPlace>
const folders: string[] = []

beforeEach(() => {
  place = createPlace()
})

afterEach(async () => {
  await collector?.close()
  collector = undefined
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A place that keeps what it gets. */
function createPlace() {
  const files = new Map<string, Rooms>()
  const sink: Sink = {
    name: 'test',
    async put(name, body) {
      files.set(name, JSON.parse(new TextDecoder().decode(body)) as Rooms)
      return { status: 'ok' }
    },
  }
  return { sink, rooms: () => [...files.values()].flat() }
}

async function start(options: Partial<CollectorOptions> = {}, sink: Sink | null = place.sink) {
  const clock = createIdleClock()
  const store = await openStore(':memory:', { now: clock.now })
  const told: LogEntry[] = []
  const log = (entry: LogEntry): void => void told.push(entry)
  collector = await createCollector({ ...{ log, clock, store }, ...(sink && { sink }), ...options })
  /** One who comes, and leaves. */
  async function call(roomId: string): Promise<number> {
    const timestamp = new Date(clock.now()).toISOString()
    const items = ['peerAdded', 'peerRemoved'].map((event, seq) =>
      itemOf(seq, { event, tag: 'peer', data: null, timestamp }),
    )
    const batch = batchOf(items, { producer: crypto.randomUUID(), exportedAt: timestamp })
    const body = JSON.stringify({ ...batch, client: { ...batch.client, roomId } })
    const request = new Request('http://x/ingest', { method: 'POST', body })
    return (await collector!.fetch(request)).status
  }
  const failures = () => told.filter(({ event }) => event === 'failed')
  return { clock, store, call, failures }
}

async function startsIn(store: Pick<Store, 'filesBetween'>): Promise<number[]> {
  const starts = []
  for await (const { startMs } of store.filesBetween(0, 9e15)) starts.push(startMs)
  return starts
}

describe('a name that is cut', () => {
  test('is cut between characters: its room has a record, and is no hindrance to others', async () => {
    const { clock, call, failures } = await start()
    const half = 'x'.repeat(199)
    expect(await call(`${half}\u{1f600}`)).toBe(200)
    await clock.advance(HOUR_MS + 60_000)
    expect(await call('next')).toBe(200)
    await clock.advance(HOUR_MS + 60_000)
    expect(place.rooms().map(({ room_id }) => room_id)).toEqual([half, 'next'])
    expect(failures()).toEqual([])
  })
})

describe('files that nobody fetches', () => {
  test('go when they are older than all else may be', async () => {
    const { clock, store, call } = await start({ retentionMs: 2 * DAY_MS }, null)
    await call('old')
    clock.jump(3 * DAY_MS)
    await clock.advance(30_000)
    expect(await startsIn(store)).toHaveLength(48)
  })

  test('stay where they are to be fetched, however long that takes', async () => {
    const sink: Sink = {
      name: 'down',
      put: async () => ({ status: 'retry', reason: 'It is down.' }),
    }
    const { clock, store, call } = await start({ retentionMs: DAY_MS, retentionBytes: 1 }, sink)
    await call('old')
    clock.jump(3 * DAY_MS)
    await clock.advance(30_000)
    expect(await store.filesToWrite(99)).toHaveLength(72)
  })

  test('go, the oldest first, when there is nothing else to give up', async () => {
    const { clock, store, call } = await start({ retentionBytes: 300_000 }, null)
    for (let day = 0; day < 16; day += 1) {
      for (let count = 0; count < 20; count += 1) await call(`${day} ${count}`)
      clock.jump(DAY_MS)
      await clock.advance(30_000)
    }
    expect((await store.totals()).bytes).toBeLessThan(300_000)
    const starts = await startsIn(store)
    expect(starts.length).toBeGreaterThan(24)
    expect(starts.length).toBeLessThan(15 * 24)
    expect(starts.at(-1)).toBe(Math.floor(clock.now() / HOUR_MS) * HOUR_MS - HOUR_MS)
  })
})

describe('the address of a room', () => {
  test('is the same for those whose interval ended while nobody was there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'collector-files-'))
    folders.push(folder)
    let now = Date.parse('2026-03-01T12:30:00Z')
    const clock = { now: () => now, after: () => () => {} }
    const run = async (port: number) =>
      startCollector({
        ...{ port, clock, sink: place.sink, log: () => {} },
        store: await openStore(join(folder, 'a.db'), { now: clock.now }),
      })
    const first = await run(0)
    const timestamp = new Date(now).toISOString()
    await postBatch(first.url, batchOf([itemOf(0, { timestamp })], { exportedAt: timestamp }))
    await first.close()
    now += 2 * HOUR_MS
    const second = await run(Number(new URL(first.url).port))
    await expect.poll(place.rooms).toMatchObject([{ room_url: `${first.url}/rooms/s` }])
    await second.close()
  })
})

describe('an option that cannot be meant', () => {
  test.each([
    [{ intervalMinutes: 0 }, 'intervalMinutes: expected an integer from 1 to 1440, got 0'],
    [{ intervalMinutes: -5 }, 'intervalMinutes: expected an integer from 1 to 1440, got -5'],
    [{ intervalMinutes: 0.5 }, 'intervalMinutes: expected an integer from 1 to 1440, got 0.5'],
    [{ idleTimeoutMs: NaN }, 'idleTimeoutMs: expected a number > 0, got NaN'],
    [{ lateWindowMs: -1 }, 'lateWindowMs: expected a number > 0, got -1'],
    [{ retentionMs: 0 }, 'retentionMs: expected a number > 0, got 0'],
    [{ retentionBytes: -1 }, 'retentionBytes: expected a number > 0, got -1'],
  ])('is refused: %o', async (options, sentence) => {
    await expect(createCollector({ log: () => {}, ...options })).rejects.toThrow(sentence)
  })
})
