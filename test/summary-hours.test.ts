import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { CallSummary } from '../src/summary.ts'
import type { Item, StatsData } from '../src/wire.ts'
import { createOracle, RATINGS, ratingsOf } from './call-oracle.ts'
import { longCall, POLLS } from './long-call.ts'
import { createSumming } from './summing.ts'
import type { Said } from './summing.ts'

const ALICE = { peerId: 'alice', pcId: 'pc1' }
const NOBODY = { peerId: null, pcId: null }
const POLLS_AN_HOUR = 1800
/** Of what is retained: with a list of intervals in it, seven hours more would be megabytes. */
const MOST_GROWTH_BYTES = 1024 ** 2
const EXACT = 1e-9
const WITHIN: Readonly<Record<string, number>> = { p50: 0.01 + 1e-9, p95: 0.01 + 1e-9 }

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

interface Told {
  readonly said: readonly Said[]
  readonly peer: CallSummary | undefined
  readonly session: CallSummary | null
  /** Of each poll, so many as `RATINGS`. */
  readonly ratings: Float64Array
  /** Retained after each hour. */
  readonly heapBytes: readonly number[]
}

/** The whole call through the real stages. It keeps what is said last, and nothing of the way there. */
async function tell(): Promise<Told> {
  const ratings = new Float64Array(POLLS * RATINGS)
  const heapBytes: number[] = []
  const finals: Said[] = []
  let minutes = 0
  let polls = 0
  const { clock, pipeline, summary, event, poll } = createSumming(
    (said) => {
      if (said.item.data.isFinal) finals.push(said)
      else minutes++
    },
    ({ tag, data }: Item) => {
      if (tag !== 'stats') return
      const { quality } = data as StatsData
      if (quality) ratings.set(ratingsOf(quality), RATINGS * polls++)
    },
  )
  for (const step of longCall(clock.now())) {
    await clock.advance(step.atMs - clock.now())
    if (step.type === 'event') event(ALICE, step.event, step.data)
    else if (step.type === 'rating') event(NOBODY, 'rating', { rating: step.rating })
    else {
      poll([[ALICE, step.stats]], polls < POLLS - 1)
      if (polls % POLLS_AN_HOUR > 0) continue
      collect()
      heapBytes.push(process.memoryUsage().heapUsed)
    }
  }
  event(ALICE, 'peerRemoved')
  expect(minutes).toBeGreaterThan(2 * 8 * 60 - 4)
  pipeline.forget('pc1')
  const [said] = finals
  const { session } = summary.end()
  return { said: finals, peer: said?.item.data, session, ratings, heapBytes }
}

/** What must come of it, by its own arithmetic. */
function expectedOf(startMs: number, ratings: Float64Array) {
  const [peer, session] = [createOracle(), createOracle()]
  const states: { state: unknown; atMs: number }[] = []
  let polls = 0
  let endMs = startMs
  for (const step of longCall(startMs)) {
    endMs = step.atMs
    if (step.type === 'event') {
      const { state } = step.data as { state?: unknown }
      states.push({ state, atMs: step.atMs })
    }
    if (step.type !== 'poll') continue
    const rated = [...ratings.subarray(RATINGS * polls, RATINGS * ++polls)]
    peer.poll(step.stats, rated, true)
    session.poll(step.stats, rated, polls < POLLS)
  }
  const at = (wanted: string, index: number): number =>
    states.filter(({ state }) => state === wanted).at(index)?.atMs ?? NaN
  const common = {
    isFinal: true,
    startedAt: new Date(startMs).toISOString(),
    endedAt: new Date(endMs).toISOString(),
    durationSec: (endMs - startMs) / 1000,
    connections: 1,
    callSetupMs: at('connected', 0) - at('have-local-offer', 0),
    outageSec:
      (at('connected', 1) - at('disconnected', 0) + at('connected', 2) - at('disconnected', 1)) /
      1000,
  }
  return {
    peer: { ...common, ...peer.summary(), rating: null },
    session: { ...common, ...session.summary(), rating: 4 },
  }
}

/** Where the two differ, by more than what is allowed of a number. */
function differences(actual: unknown, expected: unknown, path = ''): string[] {
  if (typeof expected === 'object' && expected !== null) {
    const [of, wanted] = [actual ?? {}, expected] as Record<string, unknown>[]
    const names = new Set([...Object.keys(of ?? {}), ...Object.keys(wanted ?? {})])
    return [...names].flatMap((name) =>
      differences(of?.[name], wanted?.[name], path === '' ? name : `${path}.${name}`),
    )
  }
  const within = WITHIN[path.slice(path.lastIndexOf('.') + 1)] ?? EXACT
  const isNear =
    typeof actual === 'number' && typeof expected === 'number'
      ? Math.abs(actual - expected) <= within * Math.abs(expected)
      : actual === expected
  return isNear ? [] : [`${path}: ${String(actual)}, expected ${String(expected)}`]
}

describe('the account of eight hours', () => {
  it(
    'is that of all intervals kept, and its memory does not grow',
    { timeout: 120_000 },
    async () => {
      const began = performance.now()
      const { said, peer, session, ratings, heapBytes } = await tell()
      const toldMs = performance.now() - began
      const startMs = Date.parse(peer?.startedAt ?? '')
      const expected = expectedOf(startMs, ratings)
      expect(differences(peer, expected.peer)).toEqual([])
      expect(differences(session, expected.session)).toEqual([])
      expect(said.map(({ item, priority }) => [item.peerId, priority])).toEqual([
        ['alice', 0],
        [null, 0],
      ])

      const [first = 0] = heapBytes
      const growth = (heapBytes.at(-1) ?? 0) - first
      const mebibytes = heapBytes.map((bytes) => (bytes / 1024 ** 2).toFixed(2)).join(', ')
      process.stdout.write(
        `eight hours: ${POLLS} polls in ${Math.round(toldMs)} ms, retained after each: ${mebibytes} MiB\n`,
      )
      expect(heapBytes).toHaveLength(8)
      expect(growth).toBeLessThan(MOST_GROWTH_BYTES)
    },
  )
})
