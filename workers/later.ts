// Renews what the browser sends by itself when the page crashes: not often, for each time costs the page.
import type { TailBytes } from '../src/protocol.ts'
import type { Clock } from './clock.ts'

export interface LaterParts {
  readonly clock: Clock
  /** Undefined where nothing has changed. */
  readonly take: () => TailBytes | undefined
  readonly post: (tail: TailBytes) => void
}

/** DURABILITY.md, "The end of a page". */
const RENEW_MS = 2000
/** A poll may come so much too early or too late. */
const JITTER_MS = 200

export interface Later {
  /** Something was captured, or answered: by a poll, which is the moment to renew it, or by something between polls. */
  renew(isPoll: boolean): void
  stop(): void
}

export function createLater({ clock, take, post }: LaterParts): Later {
  let renewedAt = -Infinity
  let polledAt = -Infinity
  let cancel: (() => void) | null = null

  function stop(): void {
    cancel?.()
    cancel = null
  }

  return {
    renew(isPoll) {
      const now = clock.elapsed()
      // What comes between waits for the next poll, and a poll never for that: the newest report is to be in it.
      const dueAt = isPoll ? polledAt + RENEW_MS - JITTER_MS : renewedAt + RENEW_MS + JITTER_MS
      if (now < dueAt) {
        cancel ??= clock.after(renewedAt + RENEW_MS + JITTER_MS - now, () => {
          cancel = null
          this.renew(false)
        })
        return
      }
      stop()
      const tail = take()
      if (!tail) return
      renewedAt = now
      if (isPoll) polledAt = now
      post(tail)
    },
    stop,
  }
}
