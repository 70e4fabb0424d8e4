// What the endpoint will never take, for the app to decide about.
import type { QuarantinedBatch } from './terms.ts'

/**
 * At most 20 items or 256 KB of an endpoint; older ones are given up and counted. Another user's are neither shown nor
 * touched. Each of these settles within `timeout`, with nothing where the worker does not answer.
 */
export interface Quarantine {
  /** Oldest first. */
  inspect(): Promise<readonly QuarantinedBatch[]>
  /** Back into the queue; without ids all of them. Resolves to the number of items. */
  resend(batchIds?: readonly string[]): Promise<number>
  /** For good, and counted as `rejected`; without ids all of them. Resolves to the number of items. */
  discard(batchIds?: readonly string[]): Promise<number>
}
