// What comes back from an endpoint, checked: the only place where the worker trusts nothing.
import { array, boolean, number, object, optional, string } from 'zod/mini'
import type { Answer } from '../transports/transport.ts'

const rejectedSchema = object({
  rejected: optional(array(object({ index: number(), reason: string(), retry: boolean() }))),
})

const retrySchema = object({ retryAfterMs: optional(number()) })

/** The items that a body names as not taken, and when to come again. Anything else it may say means neither. */
export function readAnswer(body: string): Answer {
  try {
    const answer: unknown = JSON.parse(body)
    const { rejected = [] } = rejectedSchema.safeParse(answer).data ?? {}
    return {
      rejected: rejected.every(isPlace) ? rejected : [],
      retryAfterMs: retrySchema.safeParse(answer).data?.retryAfterMs,
    }
  } catch {
    return { rejected: [], retryAfterMs: undefined } // not JSON: many backends answer "ok"
  }
}

/** By hand: zod's formats of numbers would be two kilobytes of the worker. */
function isPlace({ index }: { readonly index: number }): boolean {
  return Number.isSafeInteger(index) && index >= 0
}
