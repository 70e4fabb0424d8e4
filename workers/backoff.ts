// How long to wait after a failure.

/**
 * Full jitter: a random part of `min(cap, base * 2^attempt)`, ms, so that clients which failed together do not come
 * back together. `attempt` counts from 0.
 */
export function backoffMs(
  attempt: number,
  baseMs: number,
  capMs: number,
  random: () => number,
): number {
  return random() * Math.min(capMs, baseMs * 2 ** attempt)
}
