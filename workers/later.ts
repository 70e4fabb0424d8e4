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

export interface Later {
  /** Something was captured, or answered. */
  renew(): void
  stop(): void
}

export function createLater({ clock, take, post }: LaterParts): Later {
  let renewedAt = -Infinity
  let cancel: (() => void) | null = null

  function renew(): void {
    if (cancel) return
    const waitMs = renewedAt + RENEW_MS - clock.elapsed()
    if (waitMs > 0) {
      cancel = clock.after(waitMs, () => {
        cancel = null
        renew()
      })
      return
    }
    const tail = take()
    if (!tail) return
    renewedAt = clock.elapsed()
    post(tail)
  }

  return { renew, stop: () => cancel?.() }
}
