// Retry-After, in every form it comes in (RFC 9110, section 10.2.3).

const LEAST_WAIT_MS = 1000
/** The longest that anything makes us wait. */
export const LONGEST_WAIT_MS: number = 15 * 60_000

const SECONDS = /^\s*[-+]?\d+(\.\d+)?\s*$/
/** The three forms of a date (section 5.6.7): `Date.parse` alone takes nearly anything for one. */
const DATE =
  /^\s*([a-z]{3}, \d\d [a-z]{3} \d{4}|[a-z]+, \d\d-[a-z]{3}-\d\d) \d\d:\d\d:\d\d GMT\s*$/i
const DATE_OF_C = /^\s*[a-z]{3} [a-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\s*$/i

/** Seconds or an HTTP date, in ms from now, clamped to 1 s .. 15 min; undefined where it says nothing. */
export function readRetryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined
  if (SECONDS.test(value)) return clampRetryMs(Number(value) * 1000)
  if (DATE.test(value)) return clampRetryMs(Date.parse(value) - nowMs)
  return DATE_OF_C.test(value) ? clampRetryMs(Date.parse(`${value} GMT`) - nowMs) : undefined
}

/** Undefined for what is no time. */
export function clampRetryMs(ms: number | undefined): number | undefined {
  if (ms === undefined || Number.isNaN(ms)) return undefined
  return Math.min(Math.max(ms, LEAST_WAIT_MS), LONGEST_WAIT_MS)
}
