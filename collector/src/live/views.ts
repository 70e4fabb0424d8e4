// What the collector tells its live page, and how it is written on the stream: all that the two share.
import type { ClientQueue } from '../../../src/wire.ts'
import type { RoomRecord } from '../rooms/record.ts'

/** Streams of one kind in one direction, as whoever captured them sees it. */
export const WAYS = ['audio.inbound', 'audio.outbound', 'video.inbound', 'video.outbound'] as const
export type Way = (typeof WAYS)[number]

/**
 * The numbers of one way in one poll, in this order. It is only ever added to at its end: they are stored so.
 * `bitrate` and `targetBitrate` in bit/s; `mos` is the estimate of ours where it is video; `cpuPct`, `bandwidthPct` and
 * `otherPct` are the shares of the interval in which that limited the quality of what is sent.
 */
export const MEASURES = [
  'bitrate',
  'lossPct',
  'jitterMs',
  'rttMs',
  'mos',
  'fps',
  'width',
  'height',
  'freezeCount',
  'freezePct',
  'cpuPct',
  'bandwidthPct',
  'otherPct',
  'targetBitrate',
  'concealmentPct',
  'encodeMs',
] as const
export type Measure = (typeof MEASURES)[number]

/** In the order of `MEASURES`, null where one is not known; those after the last that is known are left out. */
export type Numbers = readonly (number | null)[]

/** What makes the numbers of a poll other than they seem. */
export type Mark =
  /** Far more than an interval lies before it: extremes are not known. */
  | 'gap'
  /** A counter began anew: no rates this once. */
  | 'reset'
  /** The browser gave the report of the poll before. */
  | 'stale'
  | 'iceRestart'
  /** An audio stream carries silence. */
  | 'muted'
  /** The machine slept: the clock of the statistics is off. */
  | 'clockSkew'

/**
 * What may be wrong in a poll, in this order. It is only ever added to at its end: the counts are stored so. `loss` is
 * of what comes or of what is sent; `cpu` and `bandwidth` held an encoder back.
 */
export const TROUBLES = [
  'loss',
  'roundTrip',
  'jitter',
  'frozen',
  'concealed',
  'cpu',
  'bandwidth',
] as const
export type Trouble = (typeof TROUBLES)[number]

/** A `stats` item in numbers. */
export interface Poll {
  /** By way, in the order of `WAYS`; null where there is no such stream. */
  readonly ways: readonly (Numbers | null)[]
  /** By way, as `VP8`; null where it is not known. */
  readonly codecs: readonly (string | null)[]
  /** `udp`, `tcp`, `tls`, or `turn-` and one of them; null where it is not known. */
  readonly path: string | null
  /** Of the selected pair. */
  readonly rttMs: number | null
  /** bit/s */
  readonly availableBitrate: number | null
  /** 0..10 */
  readonly score: number | null
  /** From the first offer or answer to `connected`. */
  readonly setupMs: number | null
  readonly marks: readonly Mark[]
}

/** What is shown of one item. */
export interface Moment {
  /** Of the item in the store: what was kept later has a greater one. */
  readonly id: number
  /** Null from a plain body. */
  readonly seq: number | null
  /** When it was captured, ms since the Unix epoch, by the clock of who sent it. */
  readonly at: number
  /** From then until it was received, ms. */
  readonly lateMs: number
  readonly event: string
  readonly tag: string
  /** Reduced in the last moment of a page; the whole one, should it come, has another `id` and the same `seq`. */
  readonly isPartial: boolean
  /** Of a `stats` item, else null. */
  readonly poll: Poll | null
  /** Of any other item: its data, cut where it is large. */
  readonly data: unknown
}

/** Who sent items: one exporter in one page load. */
export interface ProducerView {
  /** Null from a plain body. */
  readonly producer: string | null
  readonly items: number
  /** Of its items up to the newest, those that are not here. */
  readonly missing: number
  /** What it gave up, as its batches said, by reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** What waited there when its last batch was sealed; null where no batch said. */
  readonly queue: ClientQueue | null
  /** ms since the Unix epoch, by the collector's clock. */
  readonly receivedAt: number
  readonly sdkVersion: string | null
  readonly os: string | null
  readonly browser: string | null
}

/** One connection: a peer of an exporter. */
export interface ConnectionView {
  readonly id: number
  readonly sessionId: string
  readonly roomId: string
  readonly pcId: string | null
  readonly peerId: string
  readonly peerName: string | null
  /** Who takes part by it: the `userId`, else the `peerId`. */
  readonly participant: string
  /** First and last item, ms, by the clock of who sent them. */
  readonly firstAt: number
  readonly lastAt: number
  readonly polls: number
  readonly events: number
  /** As last said: `connected`, `failed` ...; null where nothing was. */
  readonly state: string | null
  /** The newest with a poll in it; null where there is none. */
  readonly last: Moment | null
  /** Of all polls; null where none was rated. */
  readonly score: number | null
  /** Freezes of what it receives. */
  readonly freezes: number
  /** In how many of `polls` it was so. */
  readonly troubles: Readonly<Record<Trouble, number>>
  readonly from: ProducerView
}

/** A room in the list, as its newest call is. */
export interface RoomRow {
  readonly roomId: string
  /** False where the room is but the session of one page. */
  readonly isNamed: boolean
  readonly startMs: number
  readonly endMs: number
  readonly isLive: boolean
  /** That were in it. */
  readonly calls: number
  readonly participants: number
  /** Mean of the participants; null where none was rated. */
  readonly score: number | null
  /** Of the participant with the lowest. */
  readonly worstScore: number | null
  /** The name of that one. */
  readonly worst: string | null
  readonly freezes: number
}

/** A session in the list. */
export interface SessionRow {
  readonly sessionId: string
  readonly sessionName: string
  readonly roomIds: readonly string[]
  readonly startMs: number
  readonly endMs: number
  readonly isLive: boolean
  readonly peers: number
  readonly items: number
}

/** One call in a room: a room that is silent for long begins a new one. */
export interface CallSpan {
  readonly startMs: number
  readonly endMs: number
}

/** A room, or a session, without its connections. */
export interface GroupView {
  readonly kind: 'room' | 'session'
  readonly id: string
  /** The session's name; of a room its id. */
  readonly name: string
  readonly isLive: boolean
  /** The one that is shown. */
  readonly call: CallSpan
  /** All that are known, the newest first. */
  readonly calls: readonly CallSpan[]
  readonly sessionIds: readonly string[]
  /** Numbers of all together, as they would be filed now; null where there are none, and of a session. */
  readonly record: GroupRecord | null
}

/** A record without its peers: they are shown by their connections. */
export type GroupRecord = Omit<RoomRecord, 'peers'>

/** What the streams carry: the name of the event, and its data. */
export interface StreamEvents {
  /** All rows, whenever one has changed. `/live/rooms` */
  rooms: { readonly rows: readonly RoomRow[]; readonly isAll: boolean }
  /** `/live/sessions` */
  sessions: { readonly rows: readonly SessionRow[]; readonly isAll: boolean }
  /** `/live/rooms/:id`, `/live/sessions/:id` */
  group: GroupView
  /** Of such a group: those that are new or have changed. All of them come once before the first `caught-up`. */
  connections: readonly ConnectionView[]
  /** `/live/connections/:id`: the connection itself, and which moments come on this stream. */
  connection: ConnectionView
  /** Moments of the connection, and those of its page that concern it, in the order in which they were kept. */
  moments: readonly Moment[]
  /** All that was kept until now has come: what comes from here on is news. */
  'caught-up': null
  /** There is no such thing, or not any more. The stream ends. */
  gone: { readonly reason: string }
}
