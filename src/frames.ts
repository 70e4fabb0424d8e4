// What crosses a WebSocket: text frames of JSON, and each batch as one binary frame, the very body of a POST.
import type { SCHEMA_VERSION } from './wire.ts'

/** The first frame of a client; nothing is sent before its `welcome`. */
export interface Hello {
  readonly type: 'hello'
  readonly schemaVersion: typeof SCHEMA_VERSION
  /** A browser's WebSocket carries no headers. Absent where there is none. */
  readonly key?: string
  readonly producer: string
  /** Batches that were sent before, and for which no answer came. */
  readonly pending: readonly string[]
}

/** A browser cannot send the protocol's own ping. */
export interface Ping {
  readonly type: 'ping'
}

export type ClientFrame = Hello | Ping

interface Welcome {
  readonly type: 'welcome'
  /** Of `pending`, those that are kept whole: they need not come again. */
  readonly have: readonly string[]
  /** Batches that may be on their way at once. */
  readonly window: number
  /** Of one batch, as it is sent. */
  readonly maxBytes: number
}

/** The batch is kept, but for the rejected items. */
export interface Ack {
  readonly type: 'ack'
  readonly batchId: string
  readonly rejected?: readonly {
    readonly index: number
    readonly reason: string
    readonly retry: boolean
  }[]
}

/** The batch is not kept. `batchId: null`: nobody can read which one it was, or the client is not welcome at all. */
export interface Nack {
  readonly type: 'nack'
  readonly batchId: string | null
  /** One plain sentence. */
  readonly reason: string
  /** What the same refusal is in HTTP: 413 cuts the batch in two, 401 pauses. Without it the batch comes again later. */
  readonly code?: number
  /** Not before so long. */
  readonly retryAfterMs?: number
}

interface Pong {
  readonly type: 'pong'
}

export type ServerFrame = Welcome | Ack | Nack | Pong
