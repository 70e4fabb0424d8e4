// What comes back from an endpoint, checked: the only place where the worker trusts nothing.
import { array, boolean, int, minimum, object, optional, string } from 'zod/mini'
import type { Rejection } from '../transports/transport.ts'

const answerSchema = object({
  rejected: optional(
    array(object({ index: int().check(minimum(0)), reason: string(), retry: boolean() })),
  ),
})

/** The items that a 2xx names as not taken. Anything else a body may say means that all were. */
export function readRejections(body: string): readonly Rejection[] {
  try {
    return answerSchema.safeParse(JSON.parse(body)).data?.rejected ?? []
  } catch {
    return [] // not JSON: many backends answer "ok"
  }
}
