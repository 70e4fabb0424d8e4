// What a collector keeps, and what it can be asked for again. Every answer is about what is committed.
import type { PlainItem, ReceivedItem } from '../../../src/schema.ts'
import type { ClientQueue } from '../../../src/wire.ts'
import type { Facts, KeptItem } from '../facts.ts'
import type { ConnectionView, Moment } from '../live/views.ts'
import type { Clients } from '../rooms/client.ts'

/** An item that passed the check. */
export interface ArrivedItem {
  /** Its identity: `(producer, seq)`, or a hash of its content in a plain body. */
  readonly key: string
  readonly seq: number | null
  readonly item: ReceivedItem | PlainItem
  /** Of the item, fit to be shown. */
  readonly peerName: string | null
  /** The same as it came: this is what is kept. */
  readonly json: string
}

/** What one body brought. */
export interface Arrival {
  readonly sessionId: string
  readonly sessionName: string
  readonly producer: string | null
  /** Its id, where nothing of the body is missing in `items` and none of them is partial; else null. */
  readonly wholeBatchId: string | null
  /** ms since the Unix epoch, by the sender's clock. */
  readonly exportedAt: number
  readonly facts: Facts
  readonly items: readonly ArrivedItem[]
}

/** What became of one body. */
export interface Kept {
  /** Which body of its session this was: 1, 2 ... */
  readonly batch: number
  readonly accepted: number
  readonly duplicates: number
}

export interface Put {
  /** Of each arrival, in their order. */
  readonly kept: readonly Kept[]
  /** What was new, or whole for the first time, in the order of `after`. */
  readonly items: readonly KeptItem[]
  /** Those of them that took the place of a partial one which an earlier put had told. */
  readonly replacing: ReadonlyMap<KeptItem, Replaced>
  /** The number of the last item that was ever kept. */
  readonly last: number
}

/** The partial item that was there. */
export interface Replaced {
  /** It said already how the call was, in `data.quality`. */
  readonly hadQuality: boolean
}

export interface SessionSummary {
  readonly sessionId: string
  readonly sessionName: string
  readonly batches: number
  readonly items: number
  readonly peers: number
  readonly firstSeen: string
  readonly lastSeen: string
}

interface PeerSummary {
  readonly peerId: string
  readonly peerName: string | null
  readonly stats: number
  readonly events: number
}

export interface SessionRecord {
  readonly sessionId: string
  readonly sessionName: string
  readonly batches: number
  readonly peers: readonly PeerSummary[]
  /** Page after page, each item as JSON with its `producer` (null from a plain body), by producer and seq. */
  items(): AsyncIterable<readonly string[]>
  /** The same items in the same order, each with what its batch said. */
  texts(): AsyncIterable<readonly KeptText[]>
  /** The same by the time of each item, whoever captured it; those of one producer stay in their order. */
  textsByTime(): AsyncIterable<readonly KeptText[]>
  /** Of each call of its rooms that was filed, and that it took part in by its peers and times, the last record as JSON. */
  records(): AsyncIterable<string>
}

/** An item as it is kept, with what came along with it. */
export interface KeptText {
  /** Null from a plain body. */
  readonly producer: string | null
  /** When its batch was sealed, ms since the Unix epoch, by the sender's clock. */
  readonly exportedAt: number
  /** ms since the Unix epoch, by the collector's clock. */
  readonly receivedAt: number
  /** `Facts` of its batch, as JSON. */
  readonly facts: string
  /** Without its producer. */
  readonly json: string
}

export interface Totals {
  readonly sessions: number
  readonly items: number
  /** Of the file, in use. */
  readonly bytes: number
  /** Items that were given up since it was opened, to keep to the bounds of age and size. */
  readonly evicted: number
}

/** A room that is not settled yet, as text of the rooms' own. */
export interface SavedRoom {
  readonly id: string
  readonly state: string
}

/** Where the rooms stand: made of all items up to `cursor`. */
export interface RoomsSaved {
  readonly cursor: number
  /** The end of the last interval that was filed, ms since the Unix epoch; null where nothing was ever saved. */
  readonly filedUntil: number | null
  readonly rooms: readonly SavedRoom[]
}

export interface RoomsChange {
  readonly cursor: number
  readonly filedUntil: number
  readonly changed: readonly SavedRoom[]
  readonly forgotten: readonly string[]
  /** Intervals that ended. */
  readonly files: readonly StreamFile[]
}

/** One interval of a data stream: `[startMs, endMs)`, and its records in order, as JSON. */
export interface StreamFile {
  readonly startMs: number
  readonly endMs: number
  readonly records: readonly string[]
}

export interface RetentionLimits {
  /** Items that were received before are given up, ms since the Unix epoch. */
  readonly receivedBefore: number
  /** Of the file, in use. */
  readonly maxBytes: number
  /** Files that are not written yet wait for somebody, however long that takes; else they are given up as the others. */
  readonly unwrittenStay: boolean
}

/** What tells whether a connection has changed, and which call it is of. */
export interface Outline {
  readonly id: number
  /** Greater whenever something of it, or of its sender, was kept. */
  readonly version: number
  readonly sessionId: string
  readonly sessionName: string
  /** First and last of its items, ms, by the clock of who sent them. */
  readonly firstAt: number
  readonly lastAt: number
  /** When something of it was received last, ms. */
  readonly receivedAt: number
  readonly state: string | null
}

/** A connection as its items say, with who sent them. */
export interface KeptConnection extends Outline {
  readonly roomId: string
  readonly producer: string | null
  readonly pcId: string | null
  readonly peerId: string
  readonly peerName: string | null
  readonly userId: string | null
  readonly polls: number
  readonly events: number
  readonly scoreSum: number
  readonly scored: number
  readonly freezes: number
  readonly troubles: ConnectionView['troubles']
  readonly last: Moment | null
  /** Of its producer: how many there are, and the number of the newest. */
  readonly items: number
  readonly lastSeq: number
  /** When something of the producer was received last, ms. */
  readonly sentAt: number
  readonly clients: Clients
  readonly dropped: Readonly<Record<string, number>>
  readonly queue: ClientQueue | null
}

/** A room, or a session. */
export interface GroupKey {
  readonly kind: 'room' | 'session'
  readonly id: string
}

/** A room or a session that has connections. */
export interface GroupNews {
  readonly id: string
  /** Another one whenever something of it was kept, or given up. */
  readonly version: string
}

/** What the connections of a room, or of a session, come to. */
export interface GroupSums {
  readonly firstAt: number
  readonly lastAt: number
  /** When something was received last of those that may go on, ms; null where none does. */
  readonly liveAt: number | null
  readonly participants: number
  readonly peers: number
  /** Mean of the participants, and the lowest of them; null where none was rated. */
  readonly score: number | null
  readonly worstScore: number | null
  /** Who that is. */
  readonly worst: string | null
  readonly freezes: number
  /** That were in the room. */
  readonly calls: number
  /** Of the session itself; of a room there is none, but where it is the session of one page. */
  readonly sessionName: string | null
  /** Items of the session. */
  readonly items: number
  readonly roomIds: readonly string[]
}

/** What the live page is made of. */
export interface Sight {
  /** Those in whose names, or in those of whose connections, a text stands; the newest first. */
  groups(kind: GroupKey['kind'], search: string, limit: number): Promise<readonly GroupNews[]>
  /** Of a room those of its newest call, which began after nobody was in it for `idleTimeoutMs`. */
  sums(of: GroupKey, idleTimeoutMs: number): Promise<GroupSums>
  /** Of its connections; of very many the newest. */
  outlines(of: GroupKey): Promise<readonly Outline[]>
  connections(ids: readonly number[]): Promise<readonly KeptConnection[]>
  /** Those whose moments are shown with this one's, itself among them. */
  beside(id: number): Promise<readonly number[]>
  /** After one number and up to another, in order, at most `limit`. */
  moments(
    connections: readonly number[],
    after: number,
    until: number,
    limit: number,
  ): Promise<readonly Moment[]>
  /** The number of the newest moment. */
  last(): Promise<number>
  /** Those of this room that were filed, as JSON. */
  records(roomId: string): Promise<readonly string[]>
}

/** The default is `LibsqlStore`, on a file. One process writes. */
export interface Store {
  /** All of it in one transaction, each identity once; a whole item replaces a partial one, never the reverse. */
  put(arrivals: readonly Arrival[]): Promise<Put>
  /** Those of these batches that were put, and whole: they need not come again. */
  wholeAmong(batchIds: readonly string[]): Promise<readonly string[]>
  /** What was kept after so many, in order, at most `limit`. `last` is the number of the last of them. */
  after(cursor: number, limit: number): Promise<Pick<Put, 'items' | 'last'>>
  rooms(): Promise<RoomsSaved>
  /** All of it in one transaction. */
  saveRooms(change: RoomsChange): Promise<void>
  /** Those that are not written yet, the oldest first, at most `limit`. */
  filesToWrite(limit: number): Promise<readonly StreamFile[]>
  wroteFile(startMs: number): Promise<void>
  /** Those that begin within, written or not. */
  filesBetween(fromMs: number, toMs: number): AsyncIterable<StreamFile>
  /** Gives up what is beyond the limits, the oldest first, a little at a time; true where there may be more. */
  retain(limits: RetentionLimits): Promise<boolean>
  /** The session that spoke last comes first; at most `limit`. */
  sessions(limit: number): Promise<readonly SessionSummary[]>
  session(sessionId: string): Promise<SessionRecord | undefined>
  totals(): Promise<Totals>
  readonly sight: Sight
  close(): Promise<void>
}
