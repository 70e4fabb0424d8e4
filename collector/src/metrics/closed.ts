// The lists that values of labels come from. Whatever a client sends, there is never another value, and so no new series.
import type { DropReason, StatsData, Tag } from '../../../src/wire.ts'
import type { PutResult } from '../streams/sink.ts'

type PathKind = NonNullable<NonNullable<NonNullable<StatsData['quality']>['selectedPair']>['path']>

/** Where a client says something that is on no list. */
const OTHER = 'other'

/** Values that a label may have. */
export interface Closed {
  readonly values: readonly string[]
  /** The value as it is, or `other`. */
  of(value: unknown): string
}

function closed<Value extends string>(known: Readonly<Record<Value, true>>): Closed {
  return among([...Object.keys(known), OTHER])
}

/** Of what we say ourselves: nothing else comes. */
function ours<Value extends string>(known: Readonly<Record<Value, true>>): Closed {
  return among(Object.keys(known))
}

function among(values: readonly string[]): Closed {
  const set = new Set<unknown>(values)
  return { values, of: (value) => (set.has(value) ? (value as string) : OTHER) }
}

// A record names each member of its type: one that is added there is missed here by the compiler.

/** Families of events. */
export const TAGS: Closed = closed<Tag>({
  stats: true,
  connection: true,
  ice: true,
  track: true,
  datachannel: true,
  peer: true,
  device: true,
  network: true,
  page: true,
  exporter: true,
  summary: true,
  application: true,
})

/** Why a client gave something up. Of what a newer one superseded it raises no event: that is no loss. */
export const DROP_REASONS: Closed = closed<Exclude<DropReason, 'superseded'>>({
  'page-buffer': true,
  'worker-lost': true,
  'not-cloneable': true,
  evicted: true,
  expired: true,
  storage: true,
  rejected: true,
  cleared: true,
})

/** Ways that media take. */
export const PATHS: Closed = closed<PathKind>({
  udp: true,
  tcp: true,
  tls: true,
  'turn-udp': true,
  'turn-tcp': true,
  'turn-tls': true,
})

/** States of a connection, as W3C names them. */
export const CONNECTION_STATES: Closed = closed<RTCPeerConnectionState>({
  new: true,
  connecting: true,
  connected: true,
  disconnected: true,
  failed: true,
  closed: true,
})

/** Events of which it matters how often they happen. Of an app's own there is none among them. */
export const CALL_EVENTS: Closed = closed({
  peerAdded: true,
  peerRemoved: true,
  iceCandidateError: true,
  statsError: true,
})

/** The statuses of an answer that is no yes. */
export const CODES: Closed = closed({
  '400': true,
  '401': true,
  '403': true,
  '404': true,
  '413': true,
  '415': true,
  '429': true,
  '503': true,
})

/** What becomes of an item that came. */
export const OUTCOMES: Closed = ours({ accepted: true, duplicate: true, rejected: true })

/** What a place for files says. */
export const PUTS: Closed = ours<PutResult['status']>({ ok: true, retry: true, refused: true })
