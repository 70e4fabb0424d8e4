// A clock that a test moves by hand.
import type { Clock } from '../workers/clock.ts'

export interface FakeClock extends Clock {
  /** Moves time on and calls what falls due, in order, letting promises settle between the calls. */
  advance(ms: number): Promise<void>
  /** The wall clock jumps; timers do not. */
  jump(ms: number): void
}

export function createFakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let elapsed = 0
  let wall = start
  let timers: { at: number; call: () => void }[] = []

  return {
    now: () => wall + elapsed,
    elapsed: () => elapsed,
    after(ms, call) {
      const timer = { at: elapsed + ms, call }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    async advance(ms) {
      const end = elapsed + ms
      for (;;) {
        await settle()
        const [next] = timers.toSorted((one, other) => one.at - other.at)
        if (!next || next.at > end) break
        timers = timers.filter((timer) => timer !== next)
        elapsed = Math.max(elapsed, next.at)
        next.call()
      }
      elapsed = end
      await settle()
    },
    jump(ms) {
      wall += ms
    },
  }
}

/** Lets what is under way (promises, fake-indexeddb, compression, loopback requests) come to rest. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve))
}
