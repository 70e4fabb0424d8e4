// Sums of what one participant sent and received, of one kind, and what is printed of them: for the room oracle.
import type { PollRating, Rating } from './ratings.ts'
import type { Direction, Media } from './record.ts'
import type { Kind, Way } from './report.ts'
import type { StreamReading, WalkedPoll } from './walk.ts'

/** One poll of one connection, with what our own formulas make of it. */
export interface RatedPoll {
  readonly poll: WalkedPoll
  readonly own: PollRating
}

interface Weighted {
  readonly value: number
  readonly weight: number
}

/** Everything that a direction's numbers are made of. Of a room: those of its participants, one after the other. */
export interface Sums {
  readonly bytes: number
  readonly seconds: number
  readonly lost: number
  readonly expected: number
  readonly jitterMs: readonly Weighted[]
  /** The first of these that anything is known of: measured, as last measured, of the pair, of the pair as last measured. */
  readonly roundTripMs: readonly (readonly Weighted[])[]
  readonly mos: readonly Weighted[]
  readonly score: readonly Weighted[]
}

export function sumUp(polls: readonly RatedPoll[], kind: Kind, way: Way): Sums {
  const isMeant = (each: { kind: Kind; way: Way }) => each.kind === kind && each.way === way
  const readings = polls.flatMap(({ poll }) => poll.streams.filter(isMeant))
  const compared = readings.filter(({ from, to }) => to > from)
  const counted = compared.filter(({ bytes }) => !Number.isNaN(bytes))
  const losses = polls.flatMap(({ poll }) => poll.losses.filter(isMeant))
  const roundTrips = polls.flatMap(({ poll }) => poll.roundTrips.filter(isMeant))
  const present = polls.map(({ poll, own }) => {
    return { poll, own, seconds: unionSeconds(poll.streams.filter(isMeant)) }
  })
  const pairs = present.flatMap(({ poll: { pair }, seconds }) =>
    pair && seconds > 0 ? [{ ...pair, seconds }] : [],
  )
  const timed = (of: (reading: StreamReading) => number): Weighted[] =>
    compared.map((each) => ({ value: of(each), weight: (each.to - each.from) / 1000 }))
  const rated = (name: keyof Rating): Weighted[] =>
    present.map(({ own, seconds }) => ({ value: own.of[kind][way][name], weight: seconds }))
  return {
    bytes: total(counted.map(({ bytes }) => bytes)),
    seconds: unionSeconds(counted),
    lost: total(losses.map(({ lost }) => lost)),
    expected: total(losses.map(({ expected }) => expected)),
    jitterMs: timed(({ jitterMs }) => jitterMs),
    roundTripMs: [
      roundTrips.map(({ sumMs, count }) => ({ value: sumMs / count, weight: count })),
      timed(({ roundTripMs }) => roundTripMs),
      pairs.map(({ sumMs, count }) => ({ value: sumMs / count, weight: count })),
      pairs.map(({ roundTripMs, seconds }) => ({ value: roundTripMs, weight: seconds })),
    ],
    mos: rated('mos'),
    score: rated('score'),
  }
}

/** All participants together: bytes over the seconds of each, packets over packets. */
export function pool(all: readonly Sums[]): Sums {
  return {
    bytes: total(all.map(({ bytes }) => bytes)),
    seconds: total(all.map(({ seconds }) => seconds)),
    lost: total(all.map(({ lost }) => lost)),
    expected: total(all.map(({ expected }) => expected)),
    jitterMs: all.flatMap(({ jitterMs }) => jitterMs),
    roundTripMs: [0, 1, 2, 3].map((rank) =>
      all.flatMap(({ roundTripMs }) => roundTripMs[rank] ?? []),
    ),
    mos: all.flatMap(({ mos }) => mos),
    score: all.flatMap(({ score }) => score),
  }
}

export function mediaOf(send: Sums, recv: Sums, kind: Kind, isPeer: boolean): Media {
  const [sent, received] = [
    { ...printed(send, kind, isPeer), rtt: round(firstMean(send.roundTripMs), 0) },
    printed(recv, kind, isPeer),
  ]
  return {
    send: sent,
    recv: received,
    bitrate: combine(sent.bitrate, received.bitrate, 0),
    packet_loss: combine(sent.packet_loss, received.packet_loss, 1),
    jitter: combine(sent.jitter, received.jitter, 0),
  }
}

/** In a room's directions no ratings, in those of a peer's video no score. */
function printed(sums: Sums, kind: Kind, isPeer: boolean): Direction {
  const { bytes, seconds, lost, expected } = sums
  return {
    ...(isPeer && { mos: round(mean(sums.mos), 2) }),
    ...(isPeer && kind === 'audio' && { score: round(mean(sums.score), 1) }),
    bitrate: round(seconds > 0 ? (8 * bytes) / seconds / 1000 : NaN, 0),
    packet_loss: round(expected > 0 ? Math.min(100, (100 * lost) / expected) : NaN, 1),
    jitter: round(mean(sums.jitterMs), 0),
  }
}

/** The mean of two printed numbers, printed; of one alone that one. */
export function combine(one: number | null, other: number | null, digits: number): number | null {
  if (one === null || other === null) return one ?? other
  const units = (value: number): number => Math.round(value * 10 ** digits)
  return Math.floor((units(one) + units(other) + 1) / 2) / 10 ** digits
}

/** Half up; null where nothing is known. */
export function round(value: number, digits: number): number | null {
  return Number.isFinite(value) ? Math.floor(value * 10 ** digits + 0.5) / 10 ** digits : null
}

/** Of those that are known; NaN where none is. */
export function mean(values: readonly Weighted[]): number {
  const known = values.filter(({ value, weight }) => !Number.isNaN(value) && weight > 0)
  return (
    total(known.map(({ value, weight }) => value * weight)) /
    total(known.map(({ weight }) => weight))
  )
}

function firstMean(ranks: readonly (readonly Weighted[])[]): number {
  return ranks.map(mean).find((value) => !Number.isNaN(value)) ?? NaN
}

/** In which there was at least one of them. */
export function unionSeconds(intervals: readonly { from: number; to: number }[]): number {
  let covered = 0
  let until = -Infinity
  for (const { from, to } of intervals.toSorted((a, b) => a.from - b.from)) {
    if (!(to > from)) continue
    covered += Math.max(0, to - Math.max(from, until))
    until = Math.max(until, to)
  }
  return covered / 1000
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
