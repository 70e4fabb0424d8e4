// The master of time: one pull a tick, and never a second before the first is answered.
import type { Clock } from './clock.ts'
import type { Pace } from './pace.ts'

export interface Poll {
  /** In force until the next pull, ms. */
  readonly intervalMs: () => number
  start(): void
  stop(): void
  /** The page has answered this tick. Answers to others (`null`: nobody's) change nothing. */
  answered(tick: number | null): void
  /** The next pull is due at once: as soon as this one is answered, and the pace allows it. */
  hurry(): void
}

/**
 * Pulls at this pace. A page that answers late makes the next pull late: the ticks between are left out, and the beat
 * goes on where it would have been.
 */
export function createPoll(
  clock: Clock,
  pace: Pick<Pace, 'leastMs' | 'next'>,
  pull: (tick: number) => void,
): Poll {
  let tick = 0
  let isRunning = false
  let isOutstanding = false
  let isHurried = false
  let intervalMs = pace.next(0)
  let collectMs = 0
  let pulledAt = -Infinity
  let nextAt = 0
  let cancel = (): void => {}

  function schedule(): void {
    const now = clock.elapsed()
    if (isHurried) nextAt = Math.max(now, pulledAt + pace.leastMs)
    else if (nextAt <= now) nextAt += Math.ceil((now - nextAt + 1) / intervalMs) * intervalMs
    cancel = clock.after(nextAt - now, () => {
      isHurried = false
      isOutstanding = true
      pulledAt = clock.elapsed()
      intervalMs = pace.next(collectMs)
      pull(++tick)
    })
  }

  return {
    intervalMs: () => intervalMs,
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
      collectMs = clock.elapsed() - pulledAt
      if (isRunning) schedule()
    },
    hurry() {
      // One that is due already is not put off by the next.
      if (isHurried) return
      isHurried = true
      if (!isRunning || isOutstanding) return
      cancel()
      schedule()
    },
  }
}
