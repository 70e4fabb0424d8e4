// The points at which the browser is killed: how each is brought about, and by what it is known from outside.
import type { ExporterOptions } from '../../src/index.ts'
import type { Script } from '../fault-collector.ts'
import type { RequestRecord } from '../fault-ledger.ts'

/** What has happened since the turn. */
interface Signs {
  /** The `POST`s that the endpoint saw, answered or not. */
  readonly posts: readonly RequestRecord[]
  /** The batches that the worker says it has sealed. */
  readonly sealed: number
  /** The items that the worker has given back. */
  readonly reached: number
}

export interface Point {
  readonly name: string
  readonly options: Omit<ExporterOptions, 'url'>
  /** Between two marks. @default 10 */
  readonly everyMs?: number
  /** How the endpoint is until the turn. */
  readonly before: Script
  /** The page has captured for a while, and the point is brought about. */
  readonly turn: { readonly script?: Script; readonly mark?: string }
  /** How the endpoint is when the browser comes back. */
  readonly after: Script
  readonly isReached: (signs: Signs) => boolean
  /** The kill comes up to so long after. */
  readonly offsetMs: number
  /** What may be missing in the end. */
  readonly missing: 'nothing' | 'the refused' | 'the evicted'
}

const HEALTHY: Script = { steps: [] }
const DOWN: Script = { steps: [{ drop: 'before' }] }
/** Longer than any life here. */
const HELD_MS = 60_000
const HELD = { status: 503, delayMs: HELD_MS } as const

/** What has a `poison` in it is never taken. */
export const POISON = 'poison'
const POISONED: Script = { steps: [{ if: { event: POISON }, status: 400 }] }

const PLAIN = { before: HEALTHY, after: HEALTHY, missing: 'nothing' } as const

export const POINTS: readonly Point[] = [
  {
    ...PLAIN,
    name: 'append',
    options: { batchSize: 10_000, flushInterval: 60_000 },
    turn: {},
    isReached: () => true,
    offsetMs: 250, // a group commit
  },
  {
    ...PLAIN,
    name: 'seal',
    options: { batchSize: 2, debug: true }, // many in a row, at each commit
    turn: {},
    isReached: ({ sealed }) => sealed > 0,
    offsetMs: 20,
  },
  {
    ...PLAIN,
    name: 'in flight',
    options: {},
    turn: { script: { steps: [HELD] } },
    isReached: ({ posts }) => posts.some(({ status }) => status === 503),
    offsetMs: 50,
  },
  {
    ...PLAIN,
    name: 'committed, no ack',
    options: {},
    turn: { script: { steps: [{ delayMs: HELD_MS }] } },
    isReached: ({ posts }) => posts.length > 0,
    offsetMs: 50,
  },
  {
    ...PLAIN,
    name: 'ack',
    options: {},
    turn: {},
    isReached: ({ posts }) => posts.length > 0,
    offsetMs: 15,
  },
  {
    ...PLAIN,
    name: 'split',
    options: {},
    turn: { script: { steps: [{ status: 413 }, HELD] } },
    isReached: ({ posts }) => posts.some(({ status }) => status === 413),
    offsetMs: 20,
  },
  {
    name: 'quarantine',
    options: { batchSize: 1 },
    everyMs: 40, // no faster than they can be sent, or the poison has to wait
    before: POISONED,
    turn: { mark: POISON },
    after: POISONED,
    isReached: ({ posts }) => posts.some(({ status }) => status === 400),
    offsetMs: 20,
    missing: 'the refused',
  },
  {
    name: 'evict',
    options: { queue: { maxItems: 60 } },
    before: DOWN,
    turn: {},
    after: HEALTHY,
    isReached: ({ reached }) => reached >= 60, // an eviction at each commit
    offsetMs: 250,
    missing: 'the evicted',
  },
]
