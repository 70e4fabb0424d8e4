// Retry-After of a store (RFC 9110, section 10.2.3).

/** The longest that a store makes us wait. */
const LONGEST_WAIT_MS = 15 * 60_000
/** The form that is sent today; `Date.parse` alone takes nearly anything for a date. */
const DATE = /^[a-z]{3}, \d\d [a-z]{3} \d{4} \d\d:\d\d:\d\d GMT$/i

/** Seconds or an HTTP date, in ms from now, 15 min at most; undefined where it says nothing. */
export function readRetryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : dateOf(value) - nowMs
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS)
}

function dateOf(value: string): number {
  return DATE.test(value) ? Date.parse(value) : NaN
}
