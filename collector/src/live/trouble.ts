// What was wrong in a poll, out of a closed list: it is counted over the whole call.
import * as limits from './limits.ts'
import { MEASURES, TROUBLES, WAYS } from './views.ts'
import type { Measure, Numbers, Poll, Trouble, Way } from './views.ts'

/** Of each trouble, in the order of `TROUBLES`, in how many polls it was. */
export type TroubleCounts = number[]

/** None of any. */
export function noTroubles(): TroubleCounts {
  return TROUBLES.map(() => 0)
}

/** Adds those that a poll has; with -1 they are taken back. */
export function countTroubles(counts: TroubleCounts, poll: Poll, sign: 1 | -1): void {
  for (const [at, trouble] of TROUBLES.entries()) {
    if (IS_IN[trouble](poll)) counts[at] = (counts[at] ?? 0) + sign
  }
}

/** By name. Of a list that was longer or shorter when it was kept, what is not there is none. */
export function troublesByName(counts: readonly number[]): Record<Trouble, number> {
  const entries = TROUBLES.map((trouble, at) => [trouble, counts[at] ?? 0])
  return Object.fromEntries(entries) as Record<Trouble, number>
}

/** What is not known is no trouble. */
const IS_IN: Readonly<Record<Trouble, (poll: Poll) => boolean>> = {
  loss: (poll) => most(poll, ALL, LOSS) >= limits.LOSS_PCT,
  roundTrip: (poll) => (poll.rttMs ?? most(poll, ALL, RTT)) >= limits.RTT_MS,
  jitter: (poll) => most(poll, IN, JITTER) >= limits.JITTER_MS,
  frozen: (poll) => most(poll, IN, FROZEN) >= limits.FROZEN_PCT,
  concealed: ({ ways }) => isMadeUp(ways[HEARD] ?? null),
  cpu: (poll) => most(poll, OUT, CPU) >= limits.LIMITED_PCT,
  bandwidth: (poll) => most(poll, OUT, BANDWIDTH) >= limits.LIMITED_PCT,
}

function isMadeUp(heard: Numbers | null): boolean {
  return (
    (heard?.[BITRATE] ?? Infinity) >= limits.LEAST_SOUND &&
    (heard?.[CONCEALED] ?? -1) >= limits.CONCEALED_PCT
  )
}

/** -1 where none is known. It runs for each poll that comes, and makes no list. */
function most({ ways }: Poll, those: readonly number[], measure: number): number {
  let result = -1
  for (const way of those) {
    const value = ways[way]?.[measure] ?? -1
    if (value > result) result = value
  }
  return result
}

const placesOf = (...ways: readonly Way[]): readonly number[] =>
  ways.map((way) => WAYS.indexOf(way))
const placeOf = (measure: Measure): number => MEASURES.indexOf(measure)

const IN = placesOf('audio.inbound', 'video.inbound')
const OUT = placesOf('audio.outbound', 'video.outbound')
const ALL = [...IN, ...OUT]
const HEARD = WAYS.indexOf('audio.inbound')
const [LOSS, RTT, JITTER] = [placeOf('lossPct'), placeOf('rttMs'), placeOf('jitterMs')]
const [FROZEN, CONCEALED] = [placeOf('freezePct'), placeOf('concealmentPct')]
const [CPU, BANDWIDTH, BITRATE] = [placeOf('cpuPct'), placeOf('bandwidthPct'), placeOf('bitrate')]
