import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Clock } from '../workers/clock.ts'
import { createDisk } from '../workers/disk.ts'
import { TIMES } from './long.ts'
import { BUGS } from './model/bugs.ts'
import { historyOf } from './model/operations.ts'
import { World } from './model/world.ts'
import type { WorldParts } from './model/world.ts'
import 'fake-indexeddb/auto'

// Compression runs on threads of its own, in an order that no seed decides.
vi.stubGlobal('CompressionStream', undefined)

/** `MODEL_SEED=n` runs the histories of a run before again. */
const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 1_000_000_000)
const LIMIT_MS = 60_000 * TIMES
/** So long what has failed is made shorter. */
const SHRINK_MS = 20_000

/** So long is a history at most, and about half as long on average. */
const LENGTH = 200
const RUNS = 180 * TIMES
const RUNS_ON_DISK = 16 * TIMES
/** A bug is found within these. */
const RUNS_TO_FIND = 180

let played = 0

const holds = (create: () => WorldParts) =>
  fc.asyncProperty(historyOf(LENGTH), async (history) => {
    played += history.length
    await new World(create()).play(history)
  })

/** Plays so many histories; returns how many operations that were. */
async function play(create: () => WorldParts, runs: number): Promise<number> {
  const before = played
  const found = await fc.check(holds(create), { seed: SEED, numRuns: runs, endOnFailure: true })
  process.stdout.write(`model: ${played - before} operations, MODEL_SEED=${SEED}\n`)
  const path = found.counterexamplePath
  if (path !== null) {
    await fc.assert(holds(create), { seed: SEED, path, interruptAfterTimeLimit: SHRINK_MS })
  }
  return played - before
}

/** Only the test's own limit ends what hangs. */
const patient: Clock = { now: () => 0, elapsed: () => 0, after: () => () => {} }
let databases = 0

describe('model', () => {
  it(
    'whatever happens in whatever order, nothing is lost uncounted and nothing is there twice',
    async () => {
      expect(await play(() => ({}), RUNS)).toBeGreaterThan(10_000 * TIMES)
    },
    LIMIT_MS,
  )

  it(
    'so it is in IndexedDB',
    async () => {
      const create = (): WorldParts => {
        const name = `model-${databases++}`
        return { openStore: () => createDisk(name, patient) }
      }
      expect(await play(create, RUNS_ON_DISK)).toBeGreaterThan(500 * TIMES)
    },
    LIMIT_MS,
  )

  it.each(Object.entries(BUGS))(
    '%s is found',
    async (_name, plant) => {
      const found = await fc.check(
        holds(() => ({ plant })),
        { seed: SEED, numRuns: RUNS_TO_FIND, endOnFailure: true },
      )
      expect(found.failed).toBe(true)
    },
    LIMIT_MS,
  )
})
