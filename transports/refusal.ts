// What a refusal means for a batch, by its HTTP status: one table for all that can refuse.
import { LONGEST_WAIT_MS } from './retry-after.ts'
import type { SendResult } from './transport.ts'

/** As much of an answer as an error says. */
const MAX_REASON_CHARS = 300

/** As good as any header, and not the one it should be: nothing that an item could mend. */
const REFUSALS: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407, 426, 431, 451])

/** `said`: the reason, as it came. `afterMs`: not before so long, where the endpoint named a time. */
export function refused(
  place: string,
  status: number,
  said: string,
  afterMs: number | undefined,
): SendResult {
  const reason = said.trim().slice(0, MAX_REASON_CHARS)
  const hint = status === 404 || status === 405 ? 'is `url` right?' : reason
  const error = new Error(`${place} answered ${status || 'no'}${hint && `: ${hint}`}`)
  if (REFUSALS.has(status)) return { status: 'unauthorized', error }
  // The server wants no more.
  if (status === 410) return { status: 'retry', afterMs: LONGEST_WAIT_MS, isRefusal: true, error }
  if (status === 413) return { status: 'split' }
  if (status === 408 || status === 425 || status === 429 || status >= 500 || status < 400) {
    return afterMs === undefined ? { status: 'retry', error } : { status: 'retry', afterMs, error }
  }
  return { status: 'drop', error }
}

/** Whatever was thrown, as an error. */
export function toError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause))
}
