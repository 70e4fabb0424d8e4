// What a transport is: two methods and the union of its answers.

/** A batch, ready to leave. */
export interface EncodedBatch {
  readonly batchId: string
  /** Items in it. */
  readonly count: number
  /** The JSON body, UTF-8. A retry has the identical one. */
  readonly json: Uint8Array<ArrayBuffer>
}

/** An item that the endpoint did not take. `index` counts in the batch's `items`. */
export interface Rejection {
  readonly index: number
  readonly reason: string
  /** True: it may be taken later. */
  readonly retry: boolean
}

/** What an endpoint says in the body of its answer. */
export interface Answer {
  readonly rejected: readonly Rejection[]
  /** Not before so long. */
  readonly retryAfterMs: number | undefined
}

export type SendResult =
  /** Acked, but for the rejected ones. */
  | { readonly status: 'ok'; readonly rejected?: readonly Rejection[] }
  /** Gone, and nobody will say whether it arrived. */
  | { readonly status: 'handed-over' }
  /** Not now. `afterMs`: not before so long, as the endpoint said. `isRefusal`: the app is to be told at once. */
  | {
      readonly status: 'retry'
      readonly afterMs?: number
      readonly isRefusal?: true
      readonly error: Error
    }
  /** Too large: halve it and try again. */
  | { readonly status: 'split' }
  /** Pause, and ask `headers()` again. */
  | { readonly status: 'unauthorized'; readonly error?: Error }
  /** The endpoint will never take it. */
  | { readonly status: 'drop'; readonly error: Error }

export interface Transport {
  readonly name: string
  /** How many batches may be on their way at once. @default 1 */
  readonly window?: number
  /**
   * One attempt. Never throws; settles soon after the signal is aborted, which it is when the attempt is over, too: a
   * listener that was added with it need not be removed.
   */
  send(batch: EncodedBatch, signal: AbortSignal): Promise<SendResult>
  close(): void
}

/** What an app's own transport may need of its exporter. */
export interface TransportContext {
  /** The exporter's, in this page load. */
  readonly producer: string
  /** Absolute: of its entry in `transport`, or the exporter's. */
  readonly url: string
  readonly compression: 'none' | 'gzip'
  /** The exporter's `headers`, as they are in force. Rejects where the app's function does. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>
}

/** An app's own transport, or how it is made. */
export type OwnTransport = Transport | ((context: TransportContext) => Transport)
