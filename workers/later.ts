// Renews what the browser sends by itself when the page crashes: not often, for each time costs the page a millisecond.
import type { TailBytes } from '../src/protocol.ts'
import type { Clock } from './clock.ts'

export interface LaterParts {
  readonly clock: Clock
  /** Undefined where nothing has changed. */
  readonly take: () => TailBytes | undefined
  readonly post: (tail: TailBytes) => void
}

/** After an event. DURABILITY.md, "The end of a page". */
const RENEW_MS = 2000
/** For newer stats alone: what is sent in the usual way lags behind no more than this has ever saved. */
const CALM_RENEW_MS = 20_000
/** A poll may come so much too early or too late. */
const JITTER_MS = 200

export interface Later {
  /** An event was captured, a poll, which is the moment to renew it, or something was answered. */
  renew(cause: 'event' | 'poll' | 'answer'): void
  stop(): void
}

export function createLater({ clock, take, post }: LaterParts): Later {
  let renewedAt = -Infinity
  let polledAt = -Infinity
  let hasEvent = false
  let cancel: (() => void) | null = null

  function stop(): void {
    cancel?.()
    cancel = null
  }

  return {
    renew(cause) {
      const now = clock.elapsed()
      const isPoll = cause === 'poll'
      hasEvent ||= cause === 'event'
      const everyMs = hasEvent ? RENEW_MS : CALM_RENEW_MS
      // What comes between waits for the next poll, and a poll never for that: the newest report is to be in it.
      const dueAt = isPoll ? polledAt + everyMs - JITTER_MS : renewedAt + everyMs + JITTER_MS
      if (now < dueAt) {
        if (!hasEvent) return
        cancel ??= clock.after(renewedAt + RENEW_MS + JITTER_MS - now, () => {
          cancel = null
          this.renew('answer')
        })
        return
      }
      stop()
      hasEvent = false
      const tail = take()
      if (!tail) return
      renewedAt = now
      if (isPoll) polledAt = now
      post(tail)
    },
    stop,
  }
}
