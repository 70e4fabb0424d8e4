// What happened between two readings of a connection, added to its sums.
import { addSpan } from './spans.ts'
import type { Own, Pair, Reading, Report, Stream } from './stream.ts'
import { addTrips, addValue, MAX_SECONDS } from './sums.ts'
import type { Sums, WaySums } from './sums.ts'

/** How a stream of the later reading hangs on the one before. */
interface Link {
  readonly before: Stream
  readonly current: Stream
  /** The far end has sent no report between. */
  readonly isSameReport: boolean
  /** What was sent between two reports was counted from the one of `before`. */
  readonly isCounted: boolean
}

export type Links = ReadonlyMap<string, Link>

/** A report of the far end that is older says nothing of now (E8). */
const MAX_AGE_MS = 15_000

export function keyOf({ way, id }: Stream): string {
  return `${way} ${id}`
}

/** Counters where both readings have them, else what the exporter made of the interval. `before` is null at the start. */
export function addInterval(sums: Sums, before: Reading | null, current: Reading): Links {
  const links = new Map<string, Link>()
  const streams = new Map(before?.streams.map((stream) => [keyOf(stream), stream]))
  for (const stream of current.streams) {
    const previous = streams.get(keyOf(stream))
    const link = addStream(sums.ways[stream.way], previous, stream)
    if (link) links.set(keyOf(stream), link)
  }
  if (current.pair) addPair(sums, before?.pair ?? null, current.pair)
  return links
}

function addStream(way: WaySums, before: Stream | undefined, current: Stream): Link | null {
  if (before?.at === undefined || current.at === undefined) {
    if (current.own) addOwn(way, current.own, current.at ?? current.own.at)
    return null
  }
  const seconds = (current.at - before.at) / 1000
  if (!(seconds >= 0 && seconds <= MAX_SECONDS) || isReset(before, current)) return null
  const bytes = growth(before.bytes, current.bytes)
  if (bytes !== undefined) {
    way.bytes += bytes
    addSpan(way.spans, before.at, current.at)
  }
  addReceived(way, before, current)
  addValue(way.jitter, current.jitterMs, seconds)
  return addReport(way, before, current, seconds)
}

/** An object that began to count anew: Firefox does so under the same id and ssrc. */
function isReset(before: Stream, current: Stream): boolean {
  return (
    isOther(before.ssrc, current.ssrc) ||
    isLess(before.bytes, current.bytes) ||
    isLess(before.packets, current.packets) ||
    isLess(before.repeated, current.repeated)
  )
}

function addReceived(way: WaySums, before: Stream, current: Stream): void {
  const packets = growth(before.packets, current.packets)
  const lost = change(before.lost, current.lost)
  if (packets === undefined || lost === undefined) return
  const expected = lost + packets - (growth(before.repeated, current.repeated) ?? 0)
  if (expected <= 0) return
  way.lost += Math.max(0, lost)
  way.expected += expected
}

function addReport(way: WaySums, before: Stream, current: Stream, seconds: number): Link | null {
  const [old, report] = [before.report, current.report]
  if (!report || current.at === undefined) return null
  if (current.at - report.at <= MAX_AGE_MS) {
    addValue(way.jitter, report.jitterMs, seconds)
    addValue(way.rtt.gauge, report.tripMs, seconds)
  }
  if (!old || report.at < old.at || isNewReporter(old, report)) return null
  const trips = growth(old.trips, report.trips)
  const tripSec = growth(old.tripSec, report.tripSec)
  if (trips !== undefined && tripSec !== undefined) addTrips(way.rtt, tripSec, trips)
  if (report.at > old.at) {
    return { before, current, isSameReport: false, isCounted: addReported(way, old, report) }
  }
  // The run that begins here counted from when it saw the report itself: it was seen before.
  const more = change(old.sent, report.sent)
  if (report.isLinked && more !== undefined) way.expected += more
  return { before, current, isSameReport: true, isCounted: false }
}

function isNewReporter(old: Report, report: Report): boolean {
  return (
    isOther(old.ssrc, report.ssrc) ||
    isLess(old.received, report.received) ||
    isLess(old.trips, report.trips)
  )
}

/** True where what was sent tells what was expected. */
function addReported(way: WaySums, old: Report, report: Report): boolean {
  const lost = change(old.lost, report.lost)
  const received = growth(old.received, report.received)
  const sent = growth(old.sent, report.sent)
  const expected = lost === undefined || received === undefined ? sent : lost + received
  if (lost === undefined || expected === undefined || expected < 0) return false
  way.lost += Math.max(0, lost)
  way.expected += expected
  return received === undefined
}

function addPair(sums: Sums, before: Pair | null, current: Pair): void {
  if (before?.id !== current.id) {
    if (current.own) addValue(sums.pair.gauge, current.own.rttMs, current.own.sec)
    return
  }
  const seconds = (current.at - before.at) / 1000
  if (!(seconds >= 0 && seconds <= MAX_SECONDS)) return
  const trips = growth(before.trips, current.trips)
  const tripSec = growth(before.tripSec, current.tripSec)
  if (trips !== undefined && tripSec !== undefined) addTrips(sums.pair, tripSec, trips)
  addValue(sums.pair.gauge, current.tripMs, seconds)
}

function addOwn(way: WaySums, own: Own, endMs: number | undefined): void {
  const { sec, bytes, lost, expected, jitterMs, rttMs } = own
  if (sec > MAX_SECONDS) return
  if (bytes !== undefined && endMs !== undefined) {
    way.bytes += bytes
    addSpan(way.spans, endMs - 1000 * sec, endMs)
  }
  if (lost !== undefined && expected !== undefined) {
    way.lost += Math.max(0, lost)
    way.expected += expected
  }
  addValue(way.jitter, jitterMs, sec)
  addValue(way.rtt.gauge, rttMs, sec)
}

/** Undefined where either is not known, or where it went back. */
function growth(before: number | undefined, current: number | undefined): number | undefined {
  const delta = change(before, current)
  return delta !== undefined && delta >= 0 ? delta : undefined
}

function change(before: number | undefined, current: number | undefined): number | undefined {
  return before === undefined || current === undefined ? undefined : current - before
}

function isLess(before: number | undefined, current: number | undefined): boolean {
  return (change(before, current) ?? 0) < 0
}

function isOther(before: number | undefined, current: number | undefined): boolean {
  return (change(before, current) ?? 0) !== 0
}
