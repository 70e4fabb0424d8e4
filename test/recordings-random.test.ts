import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { CapturedReport } from '../src/protocol.ts'
import type { Stat } from '../src/stats.ts'
import type { Item, StatsData } from '../src/wire.ts'
import { everyRecording } from './all-series.ts'
import { TIMES } from './long.ts'
import { pipe, reportOf } from './piping.ts'

const RECORDINGS = everyRecording()
const counted = { cases: 0, numbers: 0 }

/** Words, and names of what is in the report: never a number as a string. */
const TEXTS = new Set('id path protocol codec lossBasis'.split(' '))
/** `r` is what a rating is made of, and may be worse than the worst. */
const SIGNED = new Set(['packetsLostDelta', 'clockSkewMs', 'r'])

/** The least and the most that a number of this name may be, in an object of that name. */
function boundsOf(name: string, parent: string): readonly [number, number] {
  if (SIGNED.has(name)) return [-Infinity, Infinity]
  if (name.endsWith('Pct')) return [0, 100]
  if (/^(qualityLimitation\.\w+|corruptionProbability|audioLevelRms)$/.test(name)) return [0, 1]
  if (parent === 'videoScore') return [1, 5]
  if (name === 'mos') return [1, parent === 'video' ? 5 : 4.5]
  return name === 'score' ? [0, 10] : [0, Infinity]
}

/** What must never leave: of metrics and quality, by where it stands. `kind` is `audio`, `video`, or the object's name. */
function faultsIn(value: unknown, name: string, kind: string, where: string): string[] {
  const fault = `${where}: ${String(value)}`
  switch (typeof value) {
    case 'number': {
      counted.numbers++
      const [least, most] = boundsOf(name, kind)
      return Number.isFinite(value) && value >= least && value <= most ? [] : [fault]
    }
    case 'string':
      return TEXTS.has(name) || kind === 'muted' ? [] : [fault]
    case 'boolean':
      return value ? [] : [fault]
    case 'object': {
      if (value === null) return name === 'callSetupMs' ? [] : [fault]
      const isDirection = name === 'inbound' || name === 'outbound'
      return Object.entries(value).flatMap(([member, each]) =>
        faultsIn(each, member, isDirection ? kind : name, `${where}.${member}`),
      )
    }
    default:
      return [fault]
  }
}

const faultsOf = (items: readonly Item<StatsData>[]): string[] =>
  items.flatMap(({ data: { metrics, quality } }, poll) => [
    ...faultsIn(metrics, '', '', `${poll} metrics`),
    ...faultsIn(quality, '', '', `${poll} quality`),
  ])

afterAll(() => {
  const { cases, numbers } = counted
  console.log(`recordings: ${RECORDINGS.length}, random cases: ${cases}, numbers: ${numbers}`)
})

describe('a recording', () => {
  it.each(RECORDINGS)('$name gives no number that cannot be', ({ polls }) => {
    const before = counted.numbers
    const { raised } = pipe(polls.map((poll, index) => reportOf(poll, 1000 * index)))
    expect(raised.length).toBe(polls.length)
    expect(faultsOf(raised)).toEqual([])
    expect(counted.numbers).toBeGreaterThan(before)
  })
})

const DISTORTIONS = [
  ...(['dropped', 'doubled', 'reversed', 'shuffled', 'strings', 'missing', 'partial'] as const),
]
type Distortion = (typeof DISTORTIONS)[number]

const aCase = fc.record({
  recording: fc.nat(RECORDINGS.length - 1),
  /** Where in it, 0..1. */
  start: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 3, max: 5 }),
  distortions: fc.subarray([...DISTORTIONS]),
  seed: fc.integer(),
})
type Case = Parameters<typeof capturesOf>[0]

/** mulberry32: 0..1 */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The polls of a case, as a page on a bad day would hand them over. */
function capturesOf(one: {
  readonly recording: number
  readonly start: number
  readonly length: number
  readonly distortions: readonly Distortion[]
  readonly seed: number
}): CapturedReport[] {
  const polls = RECORDINGS[one.recording]?.polls ?? []
  const random = randomOf(one.seed)
  const chance = (distortion: Distortion, share: number): boolean =>
    one.distortions.includes(distortion) && random() < share
  const shuffle = <Value>(values: readonly Value[]): Value[] =>
    values
      .map((value) => [random(), value] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, value]) => value)
  const distort = (stat: Stat): Stat => {
    const { id, type, timestamp, ...members } = stat
    const entries = Object.entries(members)
      .filter(() => !chance('missing', 0.1))
      .map(([name, value]) => [name, chance('strings', 0.3) ? asString(value) : value] as const)
    const ordered = chance('shuffled', 1) ? shuffle(entries) : entries
    return { ...Object.fromEntries(ordered), id, type, timestamp }
  }
  const first = Math.floor(one.start * Math.max(0, polls.length - one.length))
  const chosen = polls
    .slice(first, first + one.length)
    .flatMap((poll) =>
      chance('dropped', 0.3) ? [] : chance('doubled', 0.3) ? [poll, poll] : [poll],
    )
  const ordered = chance('reversed', 1) ? chosen.toReversed() : chosen
  return ordered.map((poll, index) => {
    const isPartial = index > 0 && chance('partial', 0.7)
    const read = isPartial ? poll.filter(() => random() < 0.5) : poll
    const stats = read.map(distort)
    const all = chance('shuffled', 1) ? shuffle(stats) : stats
    return reportOf(all, 1000 * index, isPartial ? 'partial' : 'full')
  })
}

const asString = (value: unknown): unknown => (typeof value === 'number' ? `${value}` : value)

describe('polls that are dropped, doubled, reversed, shuffled, partial, with strings, with less in them', () => {
  it('give no number that cannot be', { timeout: 30_000 * TIMES }, () => {
    fc.assert(
      fc.property(aCase, (one: Case) => {
        counted.cases++
        expect(faultsOf(pipe(capturesOf(one)).raised)).toEqual([])
      }),
      { numRuns: 1000 * TIMES },
    )
  })
})

describe('numbers that are written as strings', () => {
  it('give what numbers give', { timeout: 30_000 * TIMES }, () => {
    const madeOf = (one: Case) =>
      pipe(capturesOf(one)).raised.map(({ data: { metrics, quality } }) => ({ metrics, quality }))
    fc.assert(
      fc.property(aCase, (one) => {
        const written = madeOf({ ...one, distortions: ['strings'] })
        expect(written).toEqual(madeOf({ ...one, distortions: [] }))
      }),
      { numRuns: 100 * TIMES },
    )
  })
})
