// What can be added up of a connection: counters, times and weighted means, in any order with the same result.
import { addSpan } from './spans.ts'
import type { Spans } from './spans.ts'

export const WAYS = ['audio.send', 'audio.recv', 'video.send', 'video.recv'] as const
/** A kind and a direction, as the records call them. */
export type WayName = (typeof WAYS)[number]

/** A weighted mean that is still being added up, both in millionths: whole numbers add up without an error. */
export type Mean = [sum: number, weight: number]

/** Round trips that were measured, and what a gauge said where nobody counted. */
export interface RoundTrips {
  micros: number
  count: number
  /** ms, weighted by seconds. */
  gauge: Mean
}

export interface WaySums {
  bytes: number
  /** In which bytes were counted. */
  spans: Spans
  lost: number
  expected: number
  /** ms, weighted by seconds. */
  jitter: Mean
  rtt: RoundTrips
}

/** Of one connection, or of several. */
export interface Sums {
  ways: Record<WayName, WaySums>
  /** Of the selected pair. */
  pair: RoundTrips
}

const MILLION = 1e6
/** No two polls of a call are further apart. */
export const MAX_SECONDS = 86_400

export function newRoundTrips(): RoundTrips {
  return { micros: 0, count: 0, gauge: [0, 0] }
}

export function newSums(): Sums {
  const way = (): WaySums => ({
    bytes: 0,
    spans: [],
    lost: 0,
    expected: 0,
    jitter: [0, 0],
    rtt: newRoundTrips(),
  })
  return {
    ways: { 'audio.send': way(), 'audio.recv': way(), 'video.send': way(), 'video.recv': way() },
    pair: newRoundTrips(),
  }
}

/** Nothing where the value is not known, or where its time cannot be true. */
export function addValue(mean: Mean, value: number | undefined, seconds: number): void {
  if (value === undefined || !(seconds > 0 && seconds <= MAX_SECONDS)) return
  mean[0] += Math.round(value * seconds * MILLION)
  mean[1] += Math.round(seconds * MILLION)
}

export function addMean(mean: Mean, other: Mean): void {
  mean[0] += other[0]
  mean[1] += other[1]
}

/** Null where nothing was added. */
export function valueOf([sum, weight]: Mean): number | null {
  return weight > 0 ? sum / weight : null
}

/** Seconds of all round trips together, and how many they were. */
export function addTrips(trips: RoundTrips, seconds: number, count: number): void {
  trips.micros += Math.round(seconds * MILLION)
  trips.count += count
}

/** ms; the mean of what was measured, else of what the gauge said. */
export function tripMsOf({ micros, count, gauge }: RoundTrips): number | null {
  return count > 0 ? micros / 1000 / count : valueOf(gauge)
}

/** Adds `other` to `sums`. */
export function addSums(sums: Sums, other: Sums): void {
  for (const name of WAYS) {
    const [way, more] = [sums.ways[name], other.ways[name]]
    way.bytes += more.bytes
    way.lost += more.lost
    way.expected += more.expected
    for (const [start, end] of more.spans) addSpan(way.spans, start, end)
    addMean(way.jitter, more.jitter)
    addRoundTrips(way.rtt, more.rtt)
  }
  addRoundTrips(sums.pair, other.pair)
}

/** Adds `other` to `trips`. */
export function addRoundTrips(trips: RoundTrips, other: RoundTrips): void {
  trips.micros += other.micros
  trips.count += other.count
  addMean(trips.gauge, other.gauge)
}
