// Sorts a flat report into the groups of a `stats` item.
import { STATS_TYPES, type Stat, type StatsType } from '../src/stats.ts'
import type { RawGroups, StatsGroups } from '../src/wire.ts'
import { isRemoteView } from './legacy.ts'

export const KINDS = ['audio', 'video'] as const
export type Kind = (typeof KINDS)[number]

/** Members that lead to a stat of the same kind, the surest first. */
const REFERENCES = ['codecId', 'remoteId', 'localId', 'mediaSourceId', 'trackId', 'playoutId']

/** Members of one kind only (https://www.w3.org/TR/webrtc-stats/), for objects that carry no kind. */
const TELLING_MEMBERS: Readonly<Record<Kind, readonly string[]>> = {
  audio: [
    'audioLevel',
    'totalAudioEnergy',
    'totalSamplesDuration',
    'totalSamplesReceived',
    'totalSamplesSent',
    'concealedSamples',
    'concealmentEvents',
    'echoReturnLoss',
  ],
  video: [
    'framesReceived',
    'framesDecoded',
    'framesEncoded',
    'framesSent',
    'framesDropped',
    'framesPerSecond',
    'frameWidth',
    'frameHeight',
    'frames',
    'width',
    'height',
    'qpSum',
    'freezeCount',
    'totalDecodeTime',
    'totalEncodeTime',
    'qualityLimitationReason',
  ],
}

/**
 * The groups hold the very objects of `stats`, in their order. Each stat stands in `raw`; one whose kind nothing tells
 * stands nowhere else.
 */
export function normalize(stats: readonly Stat[]): StatsGroups {
  const raw = groupByType(stats)
  const byId = new Map(stats.map((stat) => [stat.id, stat]))
  const inbound = raw['inbound-rtp'].filter((stat) => !isRemoteView(stat))
  const outbound = raw['outbound-rtp'].filter((stat) => !isRemoteView(stat))
  const ofKind = (streams: readonly Stat[], kind: Kind) =>
    streams.filter((stat) => kindOf(stat, byId, new Set()) === kind)
  const withRemoteViews = (remote: StatsType, legacy: StatsType) => [
    ...raw[remote],
    ...raw[legacy].filter(isRemoteView),
  ]
  return {
    audio: { inbound: ofKind(inbound, 'audio'), outbound: ofKind(outbound, 'audio') },
    video: { inbound: ofKind(inbound, 'video'), outbound: ofKind(outbound, 'video') },
    remote: {
      inbound: withRemoteViews('remote-inbound-rtp', 'inbound-rtp'),
      outbound: withRemoteViews('remote-outbound-rtp', 'outbound-rtp'),
    },
    candidatePair: raw['candidate-pair'],
    localCandidate: raw['local-candidate'],
    remoteCandidate: raw['remote-candidate'],
    transport: raw.transport,
    codec: raw.codec,
    dataChannel: raw['data-channel'],
    mediaSources: raw['media-source'],
    peerConnection: raw['peer-connection'],
    tracks: raw.track,
    raw,
  }
}

function groupByType(stats: readonly Stat[]): RawGroups {
  const groups = new Map<string, Stat[]>(STATS_TYPES.map((type) => [type, []]))
  for (const stat of stats) {
    const group = groups.get(stat.type)
    if (group) group.push(stat)
    else groups.set(stat.type, [stat])
  }
  // fromEntries defines members, it does not assign them: a type named `__proto__` is a group like any other.
  return Object.fromEntries<readonly Stat[]>(groups) as RawGroups
}

function kindOf(stat: Stat, byId: ReadonlyMap<string, Stat>, asked: Set<Stat>): Kind | undefined {
  asked.add(stat)
  return statedKind(stat) ?? referredKind(stat, byId, asked) ?? tellingKind(stat)
}

function statedKind(stat: Stat): Kind | undefined {
  for (const member of ['kind', 'mediaType', 'mimeType']) {
    const [word] = String(stat[member]).toLowerCase().split('/')
    if (word === 'audio' || word === 'video') return word
  }
  return undefined
}

/** `asked` ends the round trip of `remoteId` and `localId`. */
function referredKind(
  stat: Stat,
  byId: ReadonlyMap<string, Stat>,
  asked: Set<Stat>,
): Kind | undefined {
  for (const member of REFERENCES) {
    const target = byId.get(String(stat[member]))
    const kind = target && !asked.has(target) ? kindOf(target, byId, asked) : undefined
    if (kind) return kind
  }
  return undefined
}

function tellingKind(stat: Stat): Kind | undefined {
  const has = (member: string) => stat[member] !== undefined
  const audio = TELLING_MEMBERS.audio.some(has)
  const video = TELLING_MEMBERS.video.some(has)
  if (audio === video) return undefined
  return audio ? 'audio' : 'video'
}
