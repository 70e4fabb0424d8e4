// Time as a parameter: the real clock here, a fake one in tests.

export interface Clock {
  /** Wall clock, ms since the Unix epoch. It jumps: for time stamps alone. */
  now(): number
  /** Ms since some moment, never backwards, whatever the wall clock does: for waits and ages. */
  elapsed(): number
  /** Calls once after so many ms; returns the cancellation. */
  after(ms: number, call: () => void): () => void
}

export const realClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

/** What `promise` resolves to, or `fallback` when that takes longer. Rejects when the promise does. */
export function within<T, F>(
  clock: Clock,
  limitMs: number,
  promise: Promise<T>,
  fallback: F,
): Promise<T | F> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => resolve(fallback))
    promise.then(resolve, reject).finally(cancel)
  })
}
