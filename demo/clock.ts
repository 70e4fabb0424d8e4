// The clock of the demo's collector: the machine's, which can be put forward, so that nobody waits for a file.
import { realClock } from '../collector/src/streams/clock.ts'
import type { Clock } from '../collector/src/streams/clock.ts'

export interface ForwardClock extends Clock {
  /** Puts it forward; what was to be called until then is called now, in its order. */
  goForward(ms: number): void
}

interface Wait {
  readonly at: number
  readonly call: () => void
  cancel(): void
}

/** It goes as the machine's until it is put forward. */
export function createForwardClock(): ForwardClock {
  const waits = new Set<Wait>()
  let forwardMs = 0
  const now = (): number => realClock.now() + forwardMs

  function end(wait: Wait): void {
    wait.cancel()
    waits.delete(wait)
  }

  function fire(wait: Wait): void {
    end(wait)
    wait.call()
  }

  return {
    now,
    after(ms, call) {
      const wait = { at: now() + ms, call, cancel: realClock.after(ms, () => fire(wait)) }
      waits.add(wait)
      return () => end(wait)
    },
    goForward(ms) {
      forwardMs += ms
      const due = [...waits].filter(({ at }) => at <= now()).sort((a, b) => a.at - b.at)
      // One that is called may cancel another.
      for (const wait of due) if (waits.has(wait)) fire(wait)
    },
  }
}
