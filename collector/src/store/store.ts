// Keeps what arrived, once per identity, in bounded memory.
import { RecentIds } from './recent.ts'

/** An item that passed the check. */
export interface ArrivedItem {
  /** Its identity: `(producer, seq)`, or a hash of its content in a plain body. */
  readonly key: string
  readonly producer: string | null
  readonly seq: number | null
  readonly tag: string
  readonly peerId: string | null
  readonly peerName: string | null
  readonly partial: boolean
  /** As it came. Text takes a fraction of the memory of the parsed object, and can be counted. */
  readonly json: string
}

/** What one body brought. */
export interface Arrival {
  readonly sessionId: string
  readonly sessionName: string
  /** Its id, where nothing of the body is missing in `items` and none of them is partial; else null. */
  readonly wholeBatchId: string | null
  readonly items: readonly ArrivedItem[]
}

export interface StoreLimits {
  /** @default 1000 */
  readonly maxSessions?: number
  /** @default 200000 */
  readonly maxItems?: number
  /** Characters of JSON. @default 268435456 */
  readonly maxChars?: number
  /** Batches that are remembered by their id. @default 10000 */
  readonly maxBatchIds?: number
}

export interface Kept {
  /** Which body of its session this was: 1, 2 ... */
  readonly batch: number
  readonly accepted: number
  readonly duplicates: number
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
  /** Each with its `producer` (null from a plain body), by producer and seq. */
  readonly items: readonly Readonly<Record<string, unknown>>[]
  readonly peers: readonly PeerSummary[]
}

interface Session {
  readonly sessionId: string
  readonly items: Map<string, ArrivedItem>
  readonly firstSeen: number
  sessionName: string
  lastSeen: number
  batches: number
}

/** The memory of one collector. Over its bounds the session that was silent longest goes, and is counted. */
export class MemoryStore {
  readonly #limits: Required<StoreLimits>
  readonly #now: () => number
  /** The longest silent first: each arrival puts its session at the end. */
  readonly #sessions = new Map<string, Session>()
  /** Which session holds an identity: the same item cannot come back under another session's name. */
  readonly #holders = new Map<string, Session>()
  readonly #wholeBatches: RecentIds
  #chars = 0
  #evictedSessions = 0
  #evictedItems = 0

  constructor(limits: StoreLimits = {}, now: () => number = Date.now) {
    this.#limits = {
      maxSessions: 1000,
      maxItems: 200_000,
      maxChars: 2 ** 28,
      maxBatchIds: 10_000,
      ...limits,
    }
    this.#wholeBatches = new RecentIds(this.#limits.maxBatchIds)
    this.#now = now
  }

  /** Keeps what is new. A whole item replaces a partial one, never the reverse. */
  put(arrival: Arrival): Kept {
    const session = this.#open(arrival)
    let accepted = 0
    for (const item of arrival.items) {
      const holder = this.#holders.get(item.key)
      const held = holder?.items.get(item.key)
      if (held && (!held.partial || item.partial)) continue
      accepted += 1
      this.#keep(holder ?? session, item)
    }
    this.#shrink(session)
    if (arrival.wholeBatchId !== null) this.#wholeBatches.add(arrival.wholeBatchId)
    return { batch: session.batches, accepted, duplicates: arrival.items.length - accepted }
  }

  /** Those of these batches that were put, and whole: they need not come again. */
  wholeAmong(batchIds: readonly string[]): string[] {
    return batchIds.filter((id) => this.#wholeBatches.has(id))
  }

  /** Everything held and everything given up, in numbers. */
  totals(): { sessions: number; items: number; evicted: { sessions: number; items: number } } {
    const evicted = { sessions: this.#evictedSessions, items: this.#evictedItems }
    return { sessions: this.#sessions.size, items: this.#holders.size, evicted }
  }

  /** The session that spoke last comes first. */
  sessions(): SessionSummary[] {
    return [...this.#sessions.values()].reverse().map((session) => ({
      sessionId: session.sessionId,
      sessionName: session.sessionName,
      batches: session.batches,
      items: session.items.size,
      peers: peersOf(session).length,
      firstSeen: new Date(session.firstSeen).toISOString(),
      lastSeen: new Date(session.lastSeen).toISOString(),
    }))
  }

  session(sessionId: string): SessionRecord | undefined {
    const session = this.#sessions.get(sessionId)
    if (!session) return undefined
    const { sessionName, batches } = session
    const items = [...session.items.values()]
      .sort(byIdentity)
      .map(({ producer, json }) => ({ ...JSON.parse(json), producer }))
    return { sessionId, sessionName, batches, items, peers: peersOf(session) }
  }

  #open({ sessionId, sessionName }: Arrival): Session {
    const now = this.#now()
    const known = this.#sessions.get(sessionId)
    const session: Session = known ?? {
      sessionId,
      items: new Map(),
      firstSeen: now,
      sessionName: '',
      lastSeen: now,
      batches: 0,
    }
    this.#chars += sessionName.length - session.sessionName.length
    if (!known) this.#chars += sessionId.length
    session.sessionName = sessionName
    session.lastSeen = now
    session.batches += 1
    this.#sessions.delete(sessionId)
    this.#sessions.set(sessionId, session)
    return session
  }

  #keep(session: Session, item: ArrivedItem): void {
    this.#chars += sizeOf(item) - sizeOf(session.items.get(item.key))
    session.items.set(item.key, item)
    this.#holders.set(item.key, session)
  }

  #shrink(current: Session): void {
    const { maxSessions, maxItems, maxChars } = this.#limits
    const isOver = (): boolean =>
      this.#sessions.size > maxSessions || this.#holders.size > maxItems || this.#chars > maxChars
    for (const session of this.#sessions.values()) {
      if (!isOver() || session === current) break
      for (const item of session.items.values()) this.#forget(session, item)
      this.#chars -= session.sessionId.length + session.sessionName.length
      this.#sessions.delete(session.sessionId)
      this.#evictedSessions += 1
    }
    // Nobody else is left: the one session that speaks loses its oldest, not all it has.
    for (const item of current.items.values()) {
      if (!isOver()) break
      this.#forget(current, item)
    }
  }

  #forget(session: Session, item: ArrivedItem): void {
    session.items.delete(item.key)
    this.#holders.delete(item.key)
    this.#chars -= sizeOf(item)
    this.#evictedItems += 1
  }
}

function sizeOf(item: ArrivedItem | undefined): number {
  return item ? item.key.length + item.json.length : 0
}

/** By producer, then seq; plain items have neither and stay as they came. */
function byIdentity(a: ArrivedItem, b: ArrivedItem): number {
  const [left, right] = [a.producer ?? '', b.producer ?? '']
  if (left !== right) return left < right ? -1 : 1
  return (a.seq ?? 0) - (b.seq ?? 0)
}

function peersOf(session: Session): PeerSummary[] {
  const peers = new Map<string, { peerName: string | null; stats: number; events: number }>()
  for (const { peerId, peerName, tag } of session.items.values()) {
    if (peerId === null) continue
    const peer = peers.get(peerId) ?? { peerName, stats: 0, events: 0 }
    peer[tag === 'stats' ? 'stats' : 'events'] += 1
    peers.set(peerId, { ...peer, peerName })
  }
  return [...peers].map(([peerId, peer]) => ({ peerId, ...peer }))
}
