// The room record as it is written: the names, the nesting and the rounding of the data stream.
import type { ClientHints } from '../../../src/wire.ts'
import type { Location } from '../facts.ts'
import type { Participant } from './participant.ts'
import { participantsOf } from './participant.ts'
import type { RoomState } from './room.ts'
import { halfUp, meanOfKnown } from './round.ts'
import { totalsOfAll, totalsOfOne } from './totals.ts'
import type { Totals, WayTotals } from './totals.ts'
import type { Uses } from './uses.ts'
import { longestOf } from './uses.ts'

/** Every member is always there, null where it is not known; `revision` alone only where it is above 0. */
export interface RoomRecord {
  readonly room_url: string
  readonly room_id: string
  readonly start_time: string
  readonly end_time: string
  /** Seconds. */
  readonly duration: number
  readonly users: number
  readonly stats: RecordStats<RecordWay, RecordWay>
  readonly peers: readonly PeerRecord[]
  readonly revision?: number
}

interface PeerRecord {
  readonly peer_id: string
  readonly os: string | null
  readonly os_version: string | null
  readonly browser: string | null
  readonly browser_version: string | null
  readonly location: Location
  readonly sdk_version: string | null
  readonly start_time: string
  readonly duration: number
  readonly keys: Readonly<Record<string, string>>
  readonly features: {
    readonly connection_type: string | null
    readonly media_transport: string | null
  }
  readonly stats: RecordStats<RatedWay & ScoredWay, RatedWay>
  readonly audio_device: string | null
  readonly video_device: string | null
}

interface RecordStats<AudioWay, VideoWay> {
  readonly mos: number | null
  readonly score: number | null
  readonly call_setup_time: number | null
  readonly audio: RecordKind<AudioWay>
  readonly video: RecordKind<VideoWay>
}

export interface RecordKind<Way> {
  readonly send: Way & { readonly rtt: number | null }
  readonly recv: Way
  readonly bitrate: number | null
  readonly packet_loss: number | null
  readonly jitter: number | null
}

export interface RecordWay {
  /** kbit/s */
  readonly bitrate: number | null
  /** % */
  readonly packet_loss: number | null
  /** ms */
  readonly jitter: number | null
}

interface RatedWay extends RecordWay {
  readonly mos: number | null
}

interface ScoredWay {
  readonly score: number | null
}

/** Names the system and the browser of whoever sent it. */
export type AgentOf = (
  userAgent: string | null,
  hints: ClientHints | null,
) => {
  readonly os: string | null
  readonly osVersion: string | null
  readonly browser: string | null
  readonly browserVersion: string | null
}

/** The record of one call, as far as it is known now. */
export function recordOf(
  room: RoomState,
  roomUrl: (roomId: string) => string,
  agentOf: AgentOf,
): RoomRecord {
  const participants = participantsOf(room)
  const startMs = room.emittedStartMs ?? room.startMs
  const none = (): object => ({})
  return {
    room_url: roomUrl(room.roomId),
    room_id: room.roomId,
    start_time: timeOf(startMs),
    end_time: timeOf(room.endMs),
    duration: durationOf(startMs, room.endMs),
    users: participants.length,
    stats: statsOf(totalsOfAll(participants), none, none),
    peers: participants.map((participant) => peerOf(participant, agentOf)),
    ...(room.revision > 0 && { revision: room.revision }),
  }
}

function peerOf(participant: Participant, agentOf: AgentOf): PeerRecord {
  const { peerId, startMs, endMs, marks, clients } = participant
  const { os, osVersion, browser, browserVersion } = agentOf(
    clients.userAgent.value,
    clients.hints.value,
  )
  const { city, country, organization } = clients.location.value
  const keys = clients.keys.toSorted(([one], [other]) => (one < other ? -1 : 1))
  return {
    peer_id: peerId,
    os,
    os_version: osVersion,
    browser,
    browser_version: browserVersion,
    location: { city, country, organization },
    sdk_version: clients.sdkVersion.value,
    start_time: timeOf(startMs),
    duration: durationOf(startMs, endMs),
    // fromEntries defines members, it does not assign them: `__proto__` is a key like any other.
    keys: Object.fromEntries(keys.map(([name, value]) => [name, value])),
    features: featuresOf(marks.paths),
    stats: statsOf(
      totalsOfOne(participant),
      ({ mos, score }) => ({ mos: halfUp(mos, 2), score: halfUp(score, 1) }),
      ({ mos }) => ({ mos: halfUp(mos, 2) }),
    ) as PeerRecord['stats'],
    audio_device: longestOf(marks.audioDevices),
    video_device: longestOf(marks.videoDevices),
  }
}

type Rate = (totals: WayTotals) => object

function statsOf(totals: Totals, rateAudio: Rate, rateVideo: Rate): RoomRecord['stats'] {
  const { mos, score, callSetupMs, ways } = totals
  return {
    mos: halfUp(mos, 2),
    score: halfUp(score, 1),
    call_setup_time: halfUp(callSetupMs),
    audio: kindOf(ways['audio.send'], ways['audio.recv'], rateAudio),
    video: kindOf(ways['video.send'], ways['video.recv'], rateVideo),
  }
}

function kindOf(sent: WayTotals, received: WayTotals, rate: Rate): RecordKind<RecordWay> {
  const send = { ...rate(sent), ...wayOf(sent), rtt: halfUp(sent.rttMs) }
  const recv = { ...rate(received), ...wayOf(received) }
  return { send, recv, ...combine(send, recv) }
}

function wayOf({ kbps, lossPct, jitterMs }: WayTotals): RecordWay {
  return { bitrate: halfUp(kbps), packet_loss: halfUp(lossPct, 1), jitter: halfUp(jitterMs) }
}

/** The mean of both directions as they are written, rounded again; of one alone where there is one. */
export function combine(send: RecordWay, recv: RecordWay): RecordWay {
  return {
    bitrate: meanOfKnown([send.bitrate, recv.bitrate], 0),
    packet_loss: meanOfKnown([send.packet_loss, recv.packet_loss], 1),
    jitter: meanOfKnown([send.jitter, recv.jitter], 0),
  }
}

function featuresOf(paths: Uses): PeerRecord['features'] {
  const [type, transport] = longestOf(paths)?.split(' ') ?? []
  return { connection_type: type || null, media_transport: transport || null }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}

function durationOf(startMs: number, endMs: number): number {
  return Math.max(0, Math.floor((endMs - startMs) / 1000))
}
