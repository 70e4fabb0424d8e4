// What part of the time, or of the sound, was spoilt: what polls say of each stream, and the aggregates do not.
import { membersOf } from '../rooms/read.ts'
import * as bounds from './bounds.ts'
import type { Measure, Measured } from './measure.ts'

interface Share extends Pick<Measured, 'name' | 'help' | 'scale'> {
  /** Of `data.metrics`, by their labels: only streams of this kind and direction have them. */
  readonly members: readonly { readonly member: string; readonly labels: Labels }[]
}

type Labels = Readonly<Record<string, string>>

const HEARD: Labels = { kind: 'audio', direction: 'inbound' }
const SEEN: Labels = { kind: 'video', direction: 'inbound' }
const SHOWN: Labels = { kind: 'video', direction: 'outbound' }

const SHARES: readonly Share[] = [
  {
    name: 'webrtc_freeze_ratio',
    help: 'Time in which the picture stood still, of the interval, mean of the streams.',
    members: [{ member: 'freezePct', labels: SEEN }],
    scale: 0.01,
  },
  {
    name: 'webrtc_audible_concealment_ratio',
    help: 'Sound that was made up because nothing was there, silence not counted, mean of the streams.',
    members: [{ member: 'audibleConcealmentPct', labels: HEARD }],
    scale: 0.01,
  },
  {
    name: 'webrtc_quality_limitation_ratio',
    help: 'Time in which something kept the picture small or slow, of the interval, mean of the streams.',
    members: ['cpu', 'bandwidth', 'other'].map((reason) => ({
      member: `qualityLimitation.${reason}`,
      labels: { ...SHOWN, reason },
    })),
  },
]

/** Takes `data.metrics` of a poll, as a stranger sent it. */
export type JudgeStreams = (metrics: unknown) => void

/** Each share has one value of a poll: one of fifty streams that stands still is a fiftieth. */
export function createStreamShares(measure: Measure): JudgeStreams {
  const shares = SHARES.flatMap(({ members, ...share }) => {
    const sets = members.map(({ labels }) => labels)
    const observe = measure({ ...share, bounds: bounds.SHARE, max: 1 }, sets)
    return members.map((one) => ({ ...one, observe }))
  })
  return (metrics) => {
    const stats = Object.values(membersOf(metrics)).map(membersOf)
    for (const { member, observe, labels } of shares) observe(labels, meanOf(stats, member))
  }
}

/** Undefined where no stream says anything; NaN, which is no share, where one says what is none. */
function meanOf(stats: readonly Readonly<Record<string, unknown>>[], member: string) {
  let sum = 0
  let count = 0
  for (const stat of stats) {
    const value = stat[member]
    if (value === undefined) continue
    sum += typeof value === 'number' && value >= 0 ? value : Number.NaN
    count += 1
  }
  return count === 0 ? undefined : sum / count
}
