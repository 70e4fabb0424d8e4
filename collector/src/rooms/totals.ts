// The numbers of a record, before they are rounded: of one participant, and of all of them together.
import { addRoundTrips, newRoundTrips, tripMsOf, valueOf, WAYS } from './sums.ts'
import type { Mean, WayName } from './sums.ts'
import type { Participant } from './participant.ts'
import { average } from './round.ts'
import { secondsOf } from './spans.ts'

/** Null is unknown. */
export interface WayTotals {
  readonly kbps: number | null
  readonly lossPct: number | null
  readonly jitterMs: number | null
  readonly rttMs: number | null
  readonly mos: number | null
  readonly score: number | null
}

export interface Totals {
  readonly mos: number | null
  readonly score: number | null
  readonly callSetupMs: number | null
  readonly ways: Readonly<Record<WayName, WayTotals>>
}

export function totalsOfOne(one: Participant): Totals {
  const { marks, callSetupMs } = one
  const directions = [valueOf(marks.mos['audio.send']), valueOf(marks.mos['audio.recv'])]
  const ways = byWay((way) => ({
    ...pooled([one], way),
    mos: valueOf(marks.mos[way]),
    score: valueOf(marks.score[way]),
  }))
  return { mos: average(directions), score: valueOf(marks.overall), callSetupMs, ways }
}

/** Bytes, packets and time are pooled; how it was heard is the mean of the participants. */
export function totalsOfAll(all: readonly Participant[]): Totals {
  const each = all.map(totalsOfOne)
  return {
    mos: average(each.map(({ mos }) => mos)),
    score: average(each.map(({ score }) => score)),
    callSetupMs: average(each.map(({ callSetupMs }) => callSetupMs)),
    ways: byWay((way) => ({ ...pooled(all, way), mos: null, score: null })),
  }
}

function pooled(all: readonly Participant[], way: WayName): Omit<WayTotals, 'mos' | 'score'> {
  const ways = all.map(({ sums }) => sums.ways[way])
  const seconds = sum(ways.map(({ spans }) => secondsOf(spans)))
  const bytes = sum(ways.map((one) => one.bytes))
  const lost = sum(ways.map((one) => one.lost))
  const expected = sum(ways.map((one) => one.expected))
  const jitter: Mean = [
    sum(ways.map((one) => one.jitter[0])),
    sum(ways.map((one) => one.jitter[1])),
  ]
  return {
    kbps: seconds > 0 ? (8 * bytes) / seconds / 1000 : null,
    lossPct: expected > 0 ? Math.min(100, (100 * lost) / expected) : null,
    jitterMs: valueOf(jitter),
    rttMs: way.endsWith('send') ? rttMsOf(all, way) : null,
  }
}

/** Of all round trips of those who sent: on these streams, else of their pairs. */
function rttMsOf(all: readonly Participant[], way: WayName): number | null {
  const onStreams = newRoundTrips()
  const onPairs = newRoundTrips()
  for (const { sums } of all) {
    const { rtt, spans } = sums.ways[way]
    if (spans.length === 0) continue
    addRoundTrips(onStreams, rtt)
    addRoundTrips(onPairs, sums.pair)
  }
  return tripMsOf(onStreams) ?? tripMsOf(onPairs)
}

function byWay<Value>(make: (way: WayName) => Value): Record<WayName, Value> {
  return Object.fromEntries(WAYS.map((way) => [way, make(way)])) as Record<WayName, Value>
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
