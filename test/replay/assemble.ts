// Puts the polls of a webrtc-internals dump together again from the series of each member.
import type { Stat } from '../../src/stats.ts'
import type { Poll } from './recording.ts'

/** The values that one member had, in the readings that had it. Only the first and the last have a time. */
export interface MemberSeries {
  readonly name: string
  readonly values: readonly unknown[]
  /** Whole ms: what comes after the point is cut off. */
  readonly startMs: number
  readonly endMs: number
}

/** One statistics object from its first reading to its last. */
export interface ObjectSeries {
  readonly id: string
  readonly type: string
  /** Its own time in each reading; that of a far end's report stays until the next one has come. */
  readonly timestamps: readonly number[]
  readonly members: readonly MemberSeries[]
}

/** All objects of a report have its time, only those that the far end reports have their own. */
const OWN_TIME: ReadonlySet<string> = new Set(['remote-inbound-rtp', 'remote-outbound-rtp'])

/** The polls in the order of their times, each with the objects in the order given. */
export function assemble(objects: readonly ObjectSeries[]): Poll[] {
  const times = pollTimes(objects.filter(({ type }) => !OWN_TIME.has(type)))
  const reports = times.map((): Stat[] => [])
  for (const object of objects) {
    const { type, timestamps } = object
    const offset = OWN_TIME.has(type) ? offsetOf(timestamps, times) : null
    for (const [reading, stat] of statsOf(object).entries()) {
      const repeated = reading - timestamps.indexOf(stat.timestamp)
      const index = offset === null ? times.indexOf(stat.timestamp) + repeated : offset + reading
      reports[index]?.push(stat)
    }
  }
  return times.map((time, index) => ({
    clockMs: time,
    wallMs: time,
    report: reports[index] ?? [],
  }))
}

/** Twice the same where Chrome gave one report twice: it keeps one for 50 ms. */
function pollTimes(objects: readonly ObjectSeries[]): number[] {
  const most = new Map<number, number>()
  for (const { timestamps } of objects) {
    const own = new Map<number, number>()
    for (const time of timestamps) own.set(time, (own.get(time) ?? 0) + 1)
    for (const [time, count] of own) most.set(time, Math.max(count, most.get(time) ?? 0))
  }
  return [...most]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([time, count]) => Array<number>(count).fill(time))
}

/** The readings of one object. */
function statsOf({ id, type, timestamps, members }: ObjectSeries): Stat[] {
  const raw = members
    .filter(({ name }) => name !== 'type' && !name.startsWith('['))
    .map((series) => ({ name: series.name, values: place(series, timestamps) }))
  return timestamps.map((timestamp, reading) => ({
    id,
    type,
    timestamp,
    ...Object.fromEntries(
      raw.flatMap(({ name, values }) => {
        const value = values[reading]
        return value === undefined || value === null ? [] : [[name, nested(value)]]
      }),
    ),
  }))
}

/** Which readings the values of a series belong to. */
export interface Span {
  /** -1 where no reading has its time. */
  readonly first: number
  readonly last: number
  /** Every reading between the two has a value. */
  readonly isWhole: boolean
}

/** Finds the first reading and the last by their times. */
export function spanOf(
  { values, startMs, endMs }: MemberSeries,
  timestamps: readonly number[],
): Span {
  const first = timestamps.findIndex((time) => Math.trunc(time) === startMs)
  const last = timestamps.findLastIndex((time) => Math.trunc(time) === endMs)
  return { first, last, isWhole: first >= 0 && last - first + 1 === values.length }
}

/**
 * The value in each reading, undefined where there was none. Of a member that comes and goes only the first value and
 * the last are known to belong to a reading: the others are left out.
 */
function place(series: MemberSeries, timestamps: readonly number[]): unknown[] {
  const { first, last, isWhole } = spanOf(series, timestamps)
  const { values } = series
  return timestamps.map((time, reading) => {
    if (isWhole) return values[reading - first]
    if (last >= 0 && time === timestamps[last]) return values.at(-1)
    return first >= 0 && time === timestamps[first] ? values[0] : undefined
  })
}

/** Some Chromes wrote an object within an object as JSON. */
function nested(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('{')) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/**
 * At which poll an object began that has a time of its own, and then was in every report: where each time that is new
 * in it lies nearest to between the poll before and the one that has it.
 */
function offsetOf(timestamps: readonly number[], polls: readonly number[]): number {
  let best = { offset: 0, missMs: Infinity }
  for (let offset = 0; offset <= polls.length - timestamps.length; offset++) {
    let missMs = 0
    for (const [reading, time] of timestamps.entries()) {
      if (time === timestamps[reading - 1]) continue
      const read = polls[offset + reading] ?? Infinity
      const before = polls[offset + reading - 1] ?? -Infinity
      missMs += Math.max(0, time - read, before - time)
    }
    if (missMs <= best.missMs) best = { offset, missMs }
  }
  return best.offset
}
