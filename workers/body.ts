// The JSON body of a batch, put together from bytes that are encoded already, and taken apart again.
import { SCHEMA_VERSION } from '../src/wire.ts'
import type { Batch, DropCounts, Item } from '../src/wire.ts'
import type { Profile } from './rows.ts'

/** What stands before the items. */
export interface Envelope extends Profile {
  readonly batchId: string
  readonly producer: string
  /** Wall clock of the sealing, ms. */
  readonly sealedAt: number
  readonly dropped: DropCounts
}

const encoder = new TextEncoder()

/** The whole body as UTF-8; `items` are the JSON of one item each, in the order of their `seq`. */
export function encodeBody(
  envelope: Envelope,
  items: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const { sessionId, sessionName, client, batchId, producer, sealedAt, dropped } = envelope
  const head: Omit<Batch, 'items'> = {
    sessionId,
    sessionName,
    exportedAt: new Date(sealedAt).toISOString(),
    count: items.length,
    schemaVersion: SCHEMA_VERSION,
    batchId,
    producer,
    client,
    dropped,
  }
  const opening = `${JSON.stringify(head).slice(0, -1)},"items":[`
  return concat([
    encoder.encode(opening),
    ...items.flatMap((item, index) => (index === 0 ? [item] : [COMMA, item])),
    encoder.encode(']}'),
  ])
}

const COMMA = encoder.encode(',')

/** The batch that a body of ours holds. */
export function decodeBody(json: Uint8Array): Batch {
  return JSON.parse(new TextDecoder().decode(json)) as Batch
}

/** An item, by its identity. */
export interface Identity {
  readonly producer: string
  readonly seq: number
}

/** The body of a batch with these of its items. */
export function encodePart(batch: Batch, items: readonly Item[]): Uint8Array<ArrayBuffer> {
  const part: Batch = { ...batch, count: items.length, items }
  return encoder.encode(JSON.stringify(part))
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.byteLength
  }
  return whole
}
