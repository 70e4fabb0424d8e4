// What a collector can be told, and what holds where it is told nothing.
import { createGate } from './ingest/gate.ts'
import type { Gate } from './ingest/gate.ts'
import { createTell } from './log.ts'
import type { Log, Tell } from './log.ts'
import type { Store } from './store/store.ts'

export interface CollectorOptions {
  /** Gets an entry for each batch, each refusal and whatever else happens; `formatText` and `formatJson` make a line of it. */
  readonly log: Log
  /** Where it is kept; it is closed with the collector. @default one in memory, `openStore(':memory:')` */
  readonly store?: Store
  /** Origins of pages that may send; others get 403. @default all */
  readonly corsOrigins?: readonly string[]
  /** Who sends needs one of these; others get 401. An empty list lets nobody in. @default no key is asked for */
  readonly keys?: readonly string[]
  /** Limit of a body's JSON, compressed and inflated. @default 4194304 */
  readonly maxBodyBytes?: number
  /** ms since the Unix epoch. @default Date.now */
  readonly now?: () => number
}

/** The options with nothing left open. */
export interface Settings extends Required<Pick<CollectorOptions, 'maxBodyBytes' | 'now'>> {
  readonly tell: Tell
  readonly gate: Gate
}

const MAX_BODY_BYTES = 4 * 1024 * 1024

/** Throws where an option cannot be meant. */
export function resolveOptions(options: CollectorOptions): Settings {
  const { log, corsOrigins, keys, maxBodyBytes = MAX_BODY_BYTES, now = Date.now } = options
  const gate = createGate(corsOrigins, keys)
  return { tell: createTell(log, now), maxBodyBytes, now, gate }
}
