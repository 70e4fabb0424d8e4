// Time as a parameter: the real clock here, a fake one in tests.

export interface Clock {
  /** Wall clock, ms since the Unix epoch. */
  now(): number
  /** Calls once after so many ms; returns the cancellation. */
  after(ms: number, call: () => void): () => void
}

export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    // A server keeps the process alive; a wait does not.
    timer.unref()
    return () => clearTimeout(timer)
  },
}
