// How long to wait.

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

/** So long and up to a tenth more, so that clients which were told the same do not come back together. */
export function withJitter(ms: number, random: () => number): number {
  return ms * (1 + 0.1 * random())
}
