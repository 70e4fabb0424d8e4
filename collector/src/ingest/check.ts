// Holds a body to the schemas of the wire: which items can be kept, and what is wrong with the others.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  envelopeSchema,
  itemSchema,
  plainEnvelopeSchema,
  plainItemSchema,
} from '../../../src/schema.ts'
import type {
  Issue,
  PlainEnvelope,
  PlainItem,
  ReceivedEnvelope,
  ReceivedItem,
} from '../../../src/schema.ts'
import { batchIdOf } from './batch-id.ts'
import type { Location } from '../facts.ts'
import { factsOf } from './facts-of.ts'
import { isSoundStats } from './sound.ts'
import { plainName, wrongId, wrongName } from './text.ts'
import type { Arrival, ArrivedItem } from '../store/store.ts'

/** What the answer says about an item that is not kept. Nothing here gets better by sending it again. */
export interface Rejected {
  readonly index: number
  readonly reason: string
  readonly retry: false
}

export type Checked =
  | { readonly status: 'ok'; readonly arrival: Arrival; readonly rejected: readonly Rejected[] }
  | { readonly status: 'refused'; readonly code: 400 | 413; readonly reason: string }

/** Hundreds of times what a batch of ours holds, and the answer may name each of them. */
const MAX_ITEMS = 10_000
/** The answer is no more than this many sentences. Who sends more is to cut the batch in two, and loses nothing. */
const MAX_REJECTED = 100
/** Member names come from the sender too. */
const MAX_REASON = 300

/** Checks the envelope, then each item for itself. */
export function checkBatch(body: unknown, location: Location): Checked {
  // Before anything looks at each of them: a body of 4 MiB may hold two millions.
  if (countItems(body) > MAX_ITEMS) {
    return { status: 'refused', code: 413, reason: `items: more than ${MAX_ITEMS}` }
  }
  // Only ours names a producer; the plain schema refuses one, so no mistake of ours passes as plain.
  const isOurs = typeof body === 'object' && body !== null && 'producer' in body
  const envelope = (isOurs ? envelopeSchema : plainEnvelopeSchema).safeParse(body)
  if (!envelope.success) return { status: 'refused', code: 400, reason: explain(envelope.error) }

  const wrong = wrongText(envelope.data)
  if (wrong !== null) return { status: 'refused', code: 400, reason: wrong }
  const { sessionId, exportedAt, producer = null, items } = envelope.data
  const sessionName = plainName(envelope.data.sessionName)
  const kept: ArrivedItem[] = []
  const rejected: Rejected[] = []
  for (const [index, item] of items.entries()) {
    const checked = producer === null ? checkPlainItem(item, sessionId) : checkItem(item, producer)
    if (typeof checked !== 'string') kept.push(checked)
    else if (rejected.push({ index, reason: checked, retry: false }) > MAX_REJECTED) {
      const reason = `items: more than ${MAX_REJECTED} are wrong, the last of them [${index}]: ${checked}`
      return { status: 'refused', code: 400, reason: reason.slice(0, MAX_REASON) }
    }
  }
  // Partial items are to be replaced: a batch that holds one is not done with.
  const isWhole = rejected.length === 0 && kept.every(({ item }) => !('partial' in item))
  const arrival: Arrival = {
    sessionId,
    sessionName,
    producer,
    wholeBatchId: isWhole && isOurs ? batchIdOf(body) : null,
    exportedAt: Date.parse(exportedAt),
    facts: factsOf(envelope.data, location),
    items: kept,
  }
  return { status: 'ok', arrival, rejected }
}

function countItems(body: unknown): number {
  const { items } = Object(body) as { items?: unknown }
  return Array.isArray(items) ? items.length : 0
}

/** Of what a batch says of itself. */
function wrongText(envelope: ReceivedEnvelope | PlainEnvelope): string | null {
  const { sessionId, sessionName } = envelope
  const wrong = wrongId('sessionId', sessionId) ?? wrongName('sessionName', sessionName)
  if (wrong !== null || envelope.producer === undefined) return wrong
  const { batchId, producer, client } = envelope
  return (
    wrongId('batchId', batchId) ??
    wrongId('producer', producer) ??
    wrongId('client.roomId', client.roomId) ??
    wrongId('client.userId', client.userId)
  )
}

function wrongItemText(item: ReceivedItem | PlainItem): string | null {
  const { event, tag, peerId, peerName } = item
  return (
    wrongId('event', event) ??
    wrongId('tag', tag) ??
    wrongId('peerId', peerId) ??
    wrongName('peerName', peerName)
  )
}

function checkItem(value: unknown, producer: string): ArrivedItem | string {
  if (isSoundStats(value)) return keepItem(value, producer)
  const item = itemSchema.safeParse(value)
  return item.success ? keepItem(item.data, producer) : explain(item.error)
}

function keepItem(item: ReceivedItem, producer: string): ArrivedItem | string {
  const wrong = wrongItemText(item) ?? wrongId('pcId', item.pcId)
  if (wrong !== null) return wrong
  const json = stringify(item)
  if (json === null) return TOO_DEEP
  const { seq } = item
  // The number first: a producer's name may hold anything.
  return { key: `${seq} ${producer}`, seq, item, peerName: plainNameOf(item), json }
}

function checkPlainItem(value: unknown, sessionId: string): ArrivedItem | string {
  const item = plainItemSchema.safeParse(value)
  if (!item.success) return explain(item.error)
  const wrong = wrongItemText(item.data)
  if (wrong !== null) return wrong
  const json = stringify(value)
  const canonical = stringify(value, sortMembers)
  if (json === null || canonical === null) return TOO_DEEP
  const hash = createHash('sha256').update(JSON.stringify(sessionId)).update(canonical)
  const key = hash.digest('hex')
  return { key, seq: null, item: item.data, peerName: plainNameOf(item.data), json }
}

function plainNameOf({ peerName }: { peerName: string | null }): string | null {
  return peerName === null ? null : plainName(peerName)
}

const TOO_DEEP = 'nested too deeply'

/** Null where the value is nested deeper than the stack: JSON.parse takes that, JSON.stringify does not. */
function stringify(value: unknown, replacer?: (key: string, value: unknown) => unknown) {
  try {
    return JSON.stringify(value, replacer)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function sortMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** The first mistake, as `member: what was expected`. */
export function explain(error: { issues: readonly Issue[] }): string {
  const issue = error.issues[0]
  const where = z.core.toDotPath([...(issue?.path ?? [])]) || 'body'
  const what = issue?.message.replace('Invalid input: ', '') ?? 'not understood'
  return `${where}: ${what}`.slice(0, MAX_REASON)
}
