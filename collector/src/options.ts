// What a collector can be told, and what holds where it is told nothing.
import { createGate } from './ingest/gate.ts'
import type { Gate } from './ingest/gate.ts'
import { createHolds } from './ingest/hold.ts'
import type { Holds } from './ingest/hold.ts'
import { createRates } from './ingest/rate.ts'
import type { Rates } from './ingest/rate.ts'
import { createAddressOf } from './ingest/address.ts'
import { createSourceOf } from './ingest/source.ts'
import type { SourceOf } from './ingest/source.ts'
import type { Locate } from './ingest/location.ts'
import { createTell } from './log.ts'
import type { Log, LogEvent, Tell } from './log.ts'
import type { Store } from './store/store.ts'
import { realClock } from './streams/clock.ts'
import type { Clock } from './streams/clock.ts'
import type { Sink } from './streams/sink.ts'
import { NOWHERE } from './facts.ts'

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
  /** Of all bodies that are on their way or being kept, of one address a quarter; more get 503. @default 268435456, or 16 bodies */
  readonly maxHeldBytes?: number
  /** Of one address, requests and batches on a socket alike; five times as many at once; more get 429. @default 200 */
  readonly maxRequestsPerSec?: number
  /** Addresses, or ranges as `10.0.0.0/8`, whose `X-Forwarded-For` is believed. @default none */
  readonly trustedProxies?: readonly string[]
  /** Where an address is: see `openLocator`. @default nowhere */
  readonly locate?: Locate
  /** Where the files of room records go: `createDirectorySink`, `createS3Sink`. @default nowhere: they stay in the store */
  readonly sink?: Sink
  /** What one file of room records spans, minutes. @default 60 */
  readonly intervalMinutes?: number
  /** A room that is silent for so long is over, ms. @default 120000 */
  readonly idleTimeoutMs?: number
  /** What was captured so long before it comes changes no record any more, ms. @default 86400000 */
  readonly lateWindowMs?: number
  /** `room_url` of a record. @default `/rooms/<roomId>` of the collector itself */
  readonly roomUrl?: (roomId: string) => string
  /** What is older is given up, ms. @default 2592000000, 30 days */
  readonly retentionMs?: number
  /** Of the store; what is beyond is given up, the oldest first. @default 10737418240; 268435456 of one in memory */
  readonly retentionBytes?: number
  /** @default the machine's */
  readonly clock?: Clock
}

type Keeping = Required<
  Pick<
    CollectorOptions,
    'intervalMinutes' | 'idleTimeoutMs' | 'lateWindowMs' | 'retentionMs' | 'retentionBytes'
  >
>

/** The options with nothing left open. */
export interface Settings extends Required<Pick<CollectorOptions, 'maxBodyBytes'>>, Keeping, Holds {
  readonly tell: Tell
  readonly corsOrigins: readonly string[] | undefined
  readonly gate: Gate
  readonly rates: Rates
  readonly sourceOf: SourceOf
  /** ms since the Unix epoch. */
  readonly now: () => number
}

const MAX_BODY_BYTES = 4 * 1024 * 1024
const MAX_HELD_BYTES = 256 * 1024 * 1024
/** One body counts as it came and inflated, and there are others. */
const LEAST_BODIES = 16
const SHARE_OF_ONE = 1 / 4
/** An office of 500 clients behind one address sends half of it. */
const MAX_REQUESTS_PER_SEC = 200
const BURST_SEC = 5

const DAY_MS = 86_400_000
const GIBI = 1024 ** 3
const MAX_INTERVAL_MINUTES = 1440

/** Throws where an option cannot be meant. `count` hears all that is told. */
export function resolveOptions(
  options: CollectorOptions,
  count?: (event: LogEvent) => void,
): Settings {
  const { log, corsOrigins, keys, maxBodyBytes = MAX_BODY_BYTES } = options
  const { now } = options.clock ?? realClock
  const { trustedProxies = [], locate = () => NOWHERE } = options
  const held = options.maxHeldBytes ?? Math.max(MAX_HELD_BYTES, LEAST_BODIES * maxBodyBytes)
  const maxBytes = above0('maxHeldBytes', held)
  const perSec = above0('maxRequestsPerSec', options.maxRequestsPerSec ?? MAX_REQUESTS_PER_SEC)
  return {
    tell: createTell(log, now, count),
    maxBodyBytes,
    now,
    corsOrigins,
    gate: createGate(corsOrigins, keys),
    rates: createRates({ perSec, burst: Math.max(perSec * BURST_SEC, 1) }, now),
    ...createHolds({ maxBytes, maxBytesPerSource: maxBytes * SHARE_OF_ONE }),
    sourceOf: createSourceOf(createAddressOf(trustedProxies), locate),
    ...resolveKeeping(options),
  }
}

/** How long what is kept, and when it is filed. */
function resolveKeeping(options: CollectorOptions): Keeping {
  const { intervalMinutes = 60, idleTimeoutMs = 120_000, lateWindowMs = DAY_MS } = options
  const { retentionMs = 30 * DAY_MS, retentionBytes = options.store ? 10 * GIBI : GIBI / 4 } =
    options
  // A file has the minutes in its name: two of one name would replace each other.
  const isInterval = Number.isInteger(intervalMinutes) && intervalMinutes >= 1
  if (!isInterval || intervalMinutes > MAX_INTERVAL_MINUTES) {
    const expected = `an integer from 1 to ${MAX_INTERVAL_MINUTES}`
    throw new TypeError(`intervalMinutes: expected ${expected}, got ${intervalMinutes}`)
  }
  return {
    intervalMinutes,
    idleTimeoutMs: above0('idleTimeoutMs', idleTimeoutMs),
    lateWindowMs: above0('lateWindowMs', lateWindowMs),
    retentionMs: above0('retentionMs', retentionMs),
    retentionBytes: above0('retentionBytes', retentionBytes),
  }
}

function above0(name: string, value: number): number {
  if (value > 0) return value
  throw new TypeError(`${name}: expected a number > 0, got ${value}`)
}
