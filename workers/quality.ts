// How the call was, of one connection and poll: the path, the aggregates by kind and direction, the ratings.
import type { Aggregate, AudioMos, ByWay, Quality, SelectedPair } from '../src/quality.ts'
import type { StatsGroups } from '../src/wire.ts'
import { assess } from './assess.ts'
import type { ChannelState } from './assess.ts'
import { channelsOf, DIRECTIONS } from './channels.ts'
import type { Direction } from './channels.ts'
import type { Derived } from './derive.ts'
import { percentageOf } from './kit.ts'
import { KINDS } from './normalize.ts'
import type { Kind } from './normalize.ts'
import { pathKindOf } from './path.ts'
import { addMeans, addTallies, NO_MEAN, NO_TALLY, valueOf } from './tally.ts'
import type { Tally } from './tally.ts'

export interface QualityState {
  readonly channels: ReadonlyMap<string, ChannelState>
  /** ICE user name fragments, by transport. */
  readonly ufrags: ReadonlyMap<string, unknown>
}

/** What was made of a poll. */
export interface Judged {
  readonly quality: Quality
  readonly tallies: Readonly<Record<Kind, Readonly<Record<Direction, Tally>>>>
  /** The interval of the selected pair; NaN where it has none. */
  readonly seconds: number
  /** It came far too late. */
  readonly isGap: boolean
  readonly state: QualityState
}

/** What only the capture knows. */
export interface Occasion {
  readonly callSetupMs: number | null
  /** Wall clock less the page's own, ms. */
  readonly skewMs: number
}

/** The page's clock stands still while the machine sleeps (E12); what is less than this is healthy. */
const MAX_SKEW_MS = 5000

/** Pure: `previous` is the `state` of the call before, of the same connection. */
export function judge(
  groups: StatsGroups,
  derived: Derived,
  previous: QualityState | null,
  { callSetupMs, skewMs }: Occasion,
): Judged {
  const selectedPair = selectedPairOf(groups, derived)
  const pairMetrics = derived.metrics[selectedPair?.id ?? ''] ?? {}
  const assessed = channelsOf(groups, derived).map((channel) => ({
    channel,
    ...assess(channel, pairMetrics, previous?.channels.get(channel.key)),
  }))
  const tallyOf = (kind: Kind, direction: Direction): Tally =>
    assessed
      .filter(({ channel }) => channel.kind === kind && channel.direction === direction)
      .reduce((sum, { tally }) => addTallies(sum, tally), NO_TALLY)
  const tallies = byKind((kind) => byDirection((direction) => tallyOf(kind, direction)))
  const rated = <Value>(value: (one: (typeof assessed)[number]) => Value | undefined) =>
    Object.fromEntries(
      assessed.flatMap((one) => {
        const known = value(one)
        return known === undefined ? [] : [[one.channel.top.id, known] as const]
      }),
    )
  const score = assessed.reduce((sum, { tally }) => addMeans(sum, tally.score), NO_MEAN)
  const ufrags = new Map(
    groups.transport.map((stat) => [stat.id, stat['iceLocalUsernameFragment']]),
  )
  const isRestarted = [...ufrags].some(([id, ufrag]) => {
    const before = previous?.ufrags.get(id)
    return before && ufrag && before !== ufrag
  })
  const quality: Quality = {
    ...(selectedPair && { selectedPair }),
    audio: aggregatesOf(tallies.audio),
    video: aggregatesOf(tallies.video),
    audioMos: rated(({ audioMos }) => audioMos && definedIn(audioMos)) as Record<string, AudioMos>,
    videoScore: rated(({ videoScore }) => videoScore),
    ...definedIn({ score: valueOf(score) }),
    muted: assessed.filter(({ isMuted }) => isMuted).map(({ channel }) => channel.top.id),
    callSetupMs,
    ...(isRestarted && { iceRestart: true as const }),
    ...(Math.abs(skewMs) > MAX_SKEW_MS && { clockSkewMs: skewMs }),
  }
  const channels = new Map(assessed.map(({ channel, state }) => [channel.key, state]))
  const pair = derived.moments.get(selectedPair?.id ?? '')
  const { seconds = NaN } = pair ?? {}
  const isGap = pair?.isGap === true || assessed.some(({ tally }) => tally.isGap)
  return { quality, tallies, seconds, isGap, state: { channels, ufrags } }
}

function selectedPairOf(
  { candidatePair, localCandidate }: StatsGroups,
  { metrics, moments }: Derived,
): SelectedPair | null {
  const pair = candidatePair.find(({ id }) => moments.get(id)?.isSelected)
  if (!pair) return null
  const local = localCandidate.find(({ id }) => id === pair['localCandidateId'])
  const { rttAvgMs, rttMs } = metrics[pair.id] ?? {}
  const protocol = local?.['protocol']
  return {
    id: pair.id,
    ...definedIn({
      path: pathKindOf(local),
      protocol: typeof protocol === 'string' ? protocol : undefined,
      rttMs: rttAvgMs ?? rttMs,
    }),
  }
}

function aggregatesOf(tallies: Readonly<Record<Direction, Tally>>): ByWay {
  const aggregates = byDirection((direction) => aggregateOf(tallies[direction]))
  return definedIn(aggregates)
}

/** Undefined where there is no such stream. */
function aggregateOf(tally: Tally): Aggregate | undefined {
  if (tally.streams === 0) return undefined
  const { streams, startMs, endMs, picture, codec } = tally
  const isCompared = endMs > startMs
  return {
    streams,
    ...definedIn({
      bitrate: isCompared ? tally.bitrate : undefined,
      lossPct: percentageOf(tally),
      jitterMs: valueOf(tally.jitterMs),
      rttMs: valueOf(tally.rttMs),
      ...picture,
      codec,
      layersActive: tally.layersActive,
      targetBitrate: tally.targetBitrate || undefined,
      mos: valueOf(tally.mos) ?? valueOf(tally.videoScore),
      score: valueOf(tally.score),
    }),
  }
}

/** Without the members that are undefined. */
export function definedIn<Members extends object>(
  members: Members,
): {
  [Name in keyof Members]?: NonNullable<Members[Name]>
} {
  const defined: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) defined[name] = value
  }
  return defined as never
}

/** One for each kind. */
export function byKind<Value>(make: (kind: Kind) => Value): Record<Kind, Value> {
  return Object.fromEntries(KINDS.map((kind) => [kind, make(kind)])) as Record<Kind, Value>
}

/** One for each direction. */
export function byDirection<Value>(
  make: (direction: Direction) => Value,
): Record<Direction, Value> {
  const entries = DIRECTIONS.map((direction) => [direction, make(direction)])
  return Object.fromEntries(entries) as Record<Direction, Value>
}
