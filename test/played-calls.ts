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

/** Its clock stands at an hour after all of it. */
export async function playCalls(
  names: readonly RecordedCall[] = RECORDED_CALLS,
): Promise<RunningCollector> {
  let nowMs = 0
  const now = (): number => nowMs
  const collector = await startCollector({
    log: () => {},
    maxRequestsPerSec: 1e6,
    clock: { ...realClock, now },
    store: await openStore(':memory:', { now }),
  })
  const files = await Promise.all(names.map((name) => fileOf(`${name}.jsonl.gz`)))
  const deliveries = files.flatMap((file) => deliveriesOf(gunzipSync(file)))
  deliveries.sort((one, other) => (one.receivedAt < other.receivedAt ? -1 : 1))
  for (const { body, receivedAt } of deliveries) {
    nowMs = Date.parse(receivedAt)
    await putAll(collector, [body])
  }
  nowMs += OVER_MS
  return collector
}
