// What a series holds of each poll, lane by lane, and what becomes of two polls that are made one.
import { MEASURES, WAYS } from '../../src/live/views.ts'
import type { Measure, Moment, Poll, Way } from '../../src/live/views.ts'

/** A moment with a poll in it. */
export type PollMoment = Moment & { readonly poll: Poll }

/** Of the connection, and of no way. */
const WHOLE = ['score', 'rttMs', 'availableBitrate', 'lateMs'] as const
type Whole = (typeof WHOLE)[number]

/** One line of numbers. */
export type LaneName = Whole | `${Way}.${Measure}`

/** The worst of two stays: whoever looks at hours looks for what was bad. */
export type Join = 'least' | 'most' | 'mean' | 'sum'

/** One line of numbers, by its place among all of them. */
export interface LaneKind {
  readonly name: LaneName
  readonly join: Join
  /** NaN where it is not known. */
  readonly of: (moment: PollMoment) => number
}

const JOINS: Readonly<Record<Measure | Whole, Join>> = {
  bitrate: 'mean',
  lossPct: 'most',
  jitterMs: 'most',
  rttMs: 'most',
  mos: 'least',
  fps: 'least',
  width: 'least',
  height: 'least',
  freezeCount: 'sum',
  freezePct: 'most',
  cpuPct: 'most',
  bandwidthPct: 'most',
  otherPct: 'most',
  targetBitrate: 'mean',
  concealmentPct: 'most',
  encodeMs: 'most',
  score: 'least',
  availableBitrate: 'mean',
  lateMs: 'most',
}

/** All of them, in their order. */
export const LANES: readonly LaneKind[] = [
  ...WHOLE.map((name): LaneKind => ({
    name,
    join: JOINS[name],
    of: (moment) => (name === 'lateMs' ? moment.lateMs : (moment.poll[name] ?? Number.NaN)),
  })),
  ...WAYS.flatMap((way, wayAt) =>
    MEASURES.map((measure, at): LaneKind => ({
      name: `${way}.${measure}`,
      join: JOINS[measure],
      of: ({ poll }) => poll.ways[wayAt]?.[at] ?? Number.NaN,
    })),
  ),
]

const PLACES: ReadonlyMap<LaneName, number> = new Map(LANES.map(({ name }, at) => [name, at]))

/** Where it stands among `LANES`. */
export function laneAt(name: LaneName): number {
  return PLACES.get(name) ?? -1
}

/** Of two numbers; of one where the other is not known. */
export function joined(join: Join, one: number, other: number): number {
  if (Number.isNaN(one)) return other
  if (Number.isNaN(other)) return one
  switch (join) {
    case 'least':
      return Math.min(one, other)
    case 'most':
      return Math.max(one, other)
    case 'mean':
      return (one + other) / 2
    case 'sum':
      return one + other
    default:
      return join satisfies never
  }
}
