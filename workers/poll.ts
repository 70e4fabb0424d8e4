// The master of time: one pull a tick, and never a second before the first is answered.
import type { Clock } from './clock.ts'

export interface Poll {
  start(): void
  stop(): void
  /** The page has answered this tick. Answers to others (`null`: nobody's) change nothing. */
  answered(tick: number | null): void
}

/**
 * Pulls every `intervalMs`. A page that answers late makes the next pull late: the ticks between are left out, and
 * the beat goes on where it would have been.
 */
export function createPoll(clock: Clock, intervalMs: number, pull: (tick: number) => void): Poll {
  let tick = 0
  let isRunning = false
  let isOutstanding = false
  let nextAt = 0
  let cancel = (): void => {}

  function schedule(): void {
    const now = clock.elapsed()
    if (nextAt <= now) nextAt += Math.ceil((now - nextAt + 1) / intervalMs) * intervalMs
    cancel = clock.after(nextAt - now, () => {
      isOutstanding = true
      pull(++tick)
    })
  }

  return {
    start() {
      if (isRunning) return
      isRunning = true
      nextAt = clock.elapsed() + intervalMs
      if (!isOutstanding) schedule()
    },
    stop() {
      isRunning = false
      cancel()
    },
    answered(answeredTick) {
      if (!isOutstanding || answeredTick !== tick) return
      isOutstanding = false
      if (isRunning) schedule()
    },
  }
}
