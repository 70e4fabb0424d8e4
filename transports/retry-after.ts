// Retry-After, in every form it comes in (RFC 9110, section 10.2.3).

const LEAST_MS = 1000
const MOST_MS = 15 * 60_000

/** Seconds or an HTTP date, in ms from now, clamped to 1 s .. 15 min; undefined where it says nothing. */
export function readRetryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null || value.trim() === '') return undefined
  const seconds = Number(value)
  const waitMs = Number.isNaN(seconds) ? Date.parse(value) - nowMs : seconds * 1000
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, LEAST_MS), MOST_MS) : undefined
}
