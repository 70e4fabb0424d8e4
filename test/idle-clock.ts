// A clock that a test moves by hand, for days: between two timers it waits until nothing is under way, and no longer.
import type { FakeClock } from './fake-clock.ts'

export interface IdleClock extends FakeClock {
  /** The same object; each promise that its methods return is waited for before time goes on. */
  watch<Watched extends object>(object: Watched): Watched
}

export function createIdleClock(start = Date.UTC(2026, 0, 1)): IdleClock {
  let elapsed = 0
  let wall = start
  let underWay = 0
  let timers: { readonly at: number; readonly call: () => void }[] = []

  /** Microtasks run dry between two turns; what takes threads (compression) is under way in a watched method. */
  async function settle(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve))
    while (underWay > 0)
  }

  return {
    now: () => wall + elapsed,
    elapsed: () => elapsed,
    after(ms, call) {
      const timer = { at: elapsed + ms, call }
      const index = timers.findLastIndex(({ at }) => at <= timer.at) + 1
      timers.splice(index, 0, timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    async advance(ms) {
      const end = elapsed + ms
      await settle()
      for (let next = timers[0]; next && next.at <= end; next = timers[0]) {
        timers.shift()
        elapsed = Math.max(elapsed, next.at)
        next.call()
        await settle()
      }
      elapsed = end
    },
    jump(ms) {
      wall += ms
    },
    watch(object) {
      return new Proxy(object, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name)
          if (typeof member !== 'function') return member
          return (...args: unknown[]): unknown => {
            const result: unknown = member.apply(target, args)
            if (!(result instanceof Promise)) return result
            underWay++
            const over = (): unknown => underWay--
            result.then(over, over)
            return result
          }
        },
      })
    },
  }
}
