// What the collector tells whoever runs it: one entry for each thing that happens, with no address and no key in it.
import { isIPv6 } from 'node:net'
import type { Arrival, ArrivedItem, Kept } from './store/store.ts'

/** A body that was taken. */
interface BatchEvent {
  readonly event: 'batch'
  readonly sessionId: string
  readonly sessionName: string
  /** Which body of its session this was: 1, 2 ... */
  readonly batch: number
  /** All that came, with those that were rejected. */
  readonly items: number
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
  /** The first of them: a batch may bring hundreds. */
  readonly peers: readonly PeerCounts[]
  /** Those that are not named. */
  readonly morePeers: number
  /** As they came, compressed or not. */
  readonly bytes: number
  readonly isGzip: boolean
}

interface PeerCounts {
  readonly peerId: string | null
  readonly stats: number
  readonly events: number
}

/** What happens, by its name. */
export type LogEvent =
  | BatchEvent
  /** Somebody got an answer that is no yes. */
  | { readonly event: 'refused'; readonly code: number; readonly reason: string }
  /** It went wrong on our side. */
  | { readonly event: 'failed'; readonly reason: string }
  /** A client of the socket did not keep to the rules. */
  | { readonly event: 'socket-closed'; readonly reason: string }
  /** A file of rooms was written once more. */
  | { readonly event: 'file'; readonly name: string; readonly rooms: number }
  /** Files of rooms do not arrive, or do again. */
  | { readonly event: 'delivery'; readonly reason: string }
  /** The program takes requests at its own address. */
  | { readonly event: 'listening'; readonly url: string }
  /** The program was told to end. */
  | { readonly event: 'stopping'; readonly signal: string }
  | { readonly event: 'stopped' }

/** An event and when it happened. Each text in it is printable and bounded, whoever wrote it. */
export type LogEntry = LogEvent & {
  /** ms since the Unix epoch. */
  readonly at: number
}

/** Gets each entry as it happens. It must not throw. */
export type Log = (entry: LogEntry) => void

/**
 * Takes what happens, stamps it and makes it fit to be printed. What is no news is counted, and has no line: a flood would
 * make one a request.
 */
export type Tell = (event: LogEvent, isNews?: boolean) => void

const MAX_PEERS = 6
const MAX_TEXT = 300
const IPV4 = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g
/** Each text in one go: a stranger chooses it. */
const MAYBE_IPV6 = /[\w:]{2,}/g
const ADDRESS = '(address)'

/** The one door to a log: nothing gets past it that a stranger could forge lines with, or that says where he is. */
export function createTell(
  log: Log,
  now: () => number,
  count: (event: LogEvent) => void = () => {},
): Tell {
  return (event, isNews = true) => {
    count(event)
    if (isNews) log(clean({ at: now(), ...event }) as LogEntry)
  }
}

export interface Reception {
  readonly arrival: Arrival
  readonly kept: Kept
  readonly rejected: number
  readonly bytes: number
  readonly isGzip: boolean
}

/** What there is to tell of a body that was taken. */
export function batchEvent({ arrival, kept, rejected, bytes, isGzip }: Reception): BatchEvent {
  const { sessionId, sessionName, items } = arrival
  const peers = countPeers(items)
  return {
    event: 'batch',
    sessionId,
    sessionName,
    batch: kept.batch,
    items: items.length + rejected,
    accepted: kept.accepted,
    duplicates: kept.duplicates,
    rejected,
    peers: peers.slice(0, MAX_PEERS),
    morePeers: Math.max(0, peers.length - MAX_PEERS),
    bytes,
    isGzip,
  }
}

/** What went wrong on our side. */
export function failedEvent(error: unknown): LogEvent {
  return { event: 'failed', reason: error instanceof Error ? error.message : String(error) }
}

function countPeers(items: readonly ArrivedItem[]): PeerCounts[] {
  const peers = new Map<string | null, { stats: number; events: number }>()
  for (const { item } of items) {
    const { peerId, tag } = item
    const peer = peers.get(peerId) ?? { stats: 0, events: 0 }
    peer[tag === 'stats' ? 'stats' : 'events'] += 1
    peers.set(peerId, peer)
  }
  return [...peers].map(([peerId, counts]) => ({ peerId, ...counts }))
}

/** The same shape, with each text printable. */
function clean(value: unknown): unknown {
  if (typeof value === 'string') return printable(value)
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, clean(member)]))
}

/** Text of a stranger for a terminal: no line breaks, no escape sequences, no reversed writing, not endless. */
function printable(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  return short
    .replace(IPV4, ADDRESS)
    .replace(MAYBE_IPV6, (found) => (isIPv6(found) ? ADDRESS : found))
    .replace(/[\p{C}\p{Zl}\p{Zp}\\]/gu, (char) =>
      char === '\\' ? '\\\\' : `\\u{${char.codePointAt(0)?.toString(16)}}`,
    )
}
