// What comes back from an endpoint, checked: the only place where the worker trusts nothing.
import { array, boolean, int, minimum, number, object, optional, string } from 'zod/mini'
import type { Answer } from '../transports/transport.ts'

const rejectedSchema = object({
  rejected: optional(
    array(object({ index: int().check(minimum(0)), reason: string(), retry: boolean() })),
  ),
})

const retrySchema = object({ retryAfterMs: optional(number()) })

/** The items that a body names as not taken, and when to come again. Anything else it may say means neither. */
export function readAnswer(body: string): Answer {
  try {
    const answer: unknown = JSON.parse(body)
    const { rejected = [] } = rejectedSchema.safeParse(answer).data ?? {}
    return { rejected, retryAfterMs: retrySchema.safeParse(answer).data?.retryAfterMs }
  } catch {
    return { rejected: [], retryAfterMs: undefined } // not JSON: many backends answer "ok"
  }
}
