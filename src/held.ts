// What the page still holds when it ends, as the body of a batch: events and the newest reports that are not on disk.
import { newId } from './id.ts'
import type { Held } from './outbox.ts'
import type { Captured, CapturedEvent, CapturedReport, Facts } from './protocol.ts'
import type { Stat } from './stats.ts'
import type { RedactSwitches } from './terms.ts'
import { SCHEMA_VERSION, SDK_VERSION } from './wire.ts'
import type { Batch, Client, Item, StatsData, Tag } from './wire.ts'

/** Who sends it. */
export interface Sender {
  readonly producer: string
  readonly sessionId: string
  readonly sessionName: string
  /** In force now. */
  readonly intervalMs: () => number
  readonly redact: RedactSwitches | null
}

/** Pseudonyms are made in the worker: under `redact` the page itself sends only what has nothing to hide. */
const HARMLESS: ReadonlySet<Tag> = new Set([
  'connection',
  'network',
  'page',
  'exporter',
  'application',
])
/** Not of these types: they have an address or a fingerprint for an id. */
const IDENTIFYING = /candidate$|^certificate$/

/** The newest first until `limitBytes` are used; null where there is nothing to send. */
export function encodeHeld(
  { events, reports }: Held,
  sender: Sender,
  facts: Facts,
  limitBytes: number,
): Uint8Array<ArrayBuffer> | null {
  const { producer, sessionId, sessionName, redact } = sender
  const sendable = events.filter(({ tag }) => !redact || HARMLESS.has(tag)).toReversed()
  const states = sendable.filter(({ tag }) => tag === 'connection')
  const others = sendable.filter(({ tag }) => tag !== 'connection')
  const candidates = [
    ...states.map((event) => eventItem(event, sender)),
    ...reports.map((report) => reportItem(report, sender)),
    ...others.map((event) => eventItem(event, sender)),
  ]
  const head: Omit<Batch, 'items' | 'count'> = {
    sessionId,
    sessionName,
    exportedAt: new Date().toISOString(),
    schemaVersion: SCHEMA_VERSION,
    batchId: newId(),
    producer,
    client: clientOf(facts, redact),
    dropped: {},
  }
  let room = limitBytes - bytesOf(head) - MEMBERS_BYTES
  const items = candidates.filter((item) => {
    const bytes = bytesOf(item) + 1
    if (bytes > room) return false
    room -= bytes
    return true
  })
  if (items.length === 0) return null
  items.sort((one, other) => one.seq - other.seq)
  return encoder.encode(JSON.stringify({ ...head, count: items.length, items }))
}

/** `"count":` and `"items":[]`, with their commas. */
const MEMBERS_BYTES = 32

const encoder = new TextEncoder()

function bytesOf(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).byteLength
}

function eventItem(captured: CapturedEvent, sender: Sender): Item {
  const { event, tag, data } = captured
  return { event, tag, ...identity(captured, sender), data }
}

/** The numbers of it: nothing else changes from poll to poll, and no number names anybody. */
function reportItem(captured: CapturedReport, sender: Sender): Item<StatsData> {
  const raw: Record<string, Stat[]> = {}
  for (const stat of captured.stats) {
    if (IDENTIFYING.test(stat.type)) continue
    const numbers = Object.entries(stat).filter(([name, value]) => {
      return name === 'id' || name === 'type' || name === 'kind' || typeof value === 'number'
    })
    ;(raw[stat.type] ??= []).push(Object.fromEntries(numbers) as unknown as Stat)
  }
  return {
    event: 'stats',
    tag: 'stats',
    ...identity(captured, sender),
    partial: true,
    data: { raw, metrics: {} },
  }
}

function identity(
  { peerId, peerName, pcId, seq, timestamp }: Captured,
  { intervalMs, redact }: Sender,
): Omit<Item, 'event' | 'tag' | 'data'> {
  const isHidden = redact?.user === true && peerName !== null
  return {
    peerId,
    peerName: isHidden ? null : peerName,
    pcId,
    seq,
    timestamp: new Date(timestamp).toISOString(),
    interval: intervalMs(),
    ...(isHidden && { partial: true as const }),
  }
}

function clientOf({ devices, userId, ...facts }: Facts, redact: RedactSwitches | null): Client {
  return {
    sdkVersion: SDK_VERSION,
    ...facts,
    userId: redact?.user ? null : userId,
    devices: redact?.deviceLabels ? { audio: null, video: null } : devices,
    userAgent: navigator.userAgent,
    hints: null,
  }
}
