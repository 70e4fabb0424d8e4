// A collector with the recorded calls in it, as it was told of them: what came late then comes late again.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector } from '../collector/src/serve.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import { realClock } from '../collector/src/streams/clock.ts'
import { putAll } from './downloading.ts'
import type { Truth } from './record/calls/truth.ts'
import { deliveriesOf } from './replay/batches-of.ts'

/** In `test/fixtures/calls`. */
export const RECORDED_CALLS = ['lossy-network', 'busy-cpu', 'outage'] as const
export type RecordedCall = (typeof RECORDED_CALLS)[number]

/** All calls are over by then. */
const OVER_MS = 3_600_000

const fileOf = (name: string): Promise<Buffer> =>
  readFile(join(import.meta.dirname, 'fixtures/calls', name))

/** What was done to a call. */
export async function truthOf(name: RecordedCall): Promise<Truth> {
  return JSON.parse((await fileOf(`${name}.truth.json`)).toString()) as Truth
}

/** As a collector gave it: an item a line. */
export async function readCall(name: RecordedCall): Promise<Buffer> {
  return gunzipSync(await fileOf(`${name}.jsonl.gz`))
}

export interface PlayedCalls extends RunningCollector {
  /** By its clock, which goes on from an hour after all of it: no such call is ever too old to be kept. */
  readonly now: () => number
}

/** All of them in one collector, which keeps nothing. */
export async function playCalls(): Promise<PlayedCalls> {
  let nowMs = 0
  let playedAt: number | null = null
  const now = (): number => nowMs + (playedAt === null ? 0 : Date.now() - playedAt)
  const collector = await startCollector({
    log: () => {},
    maxRequestsPerSec: 1e6,
    clock: { ...realClock, now },
    store: await openStore(':memory:', { now }),
  })
  const files = await Promise.all(RECORDED_CALLS.map(readCall))
  const deliveries = files.flatMap(deliveriesOf)
  deliveries.sort((one, other) => (one.receivedAt < other.receivedAt ? -1 : 1))
  for (const { body, receivedAt } of deliveries) {
    nowMs = Date.parse(receivedAt)
    await putAll(collector, [body])
  }
  nowMs += OVER_MS
  playedAt = Date.now()
  return { ...collector, now }
}
