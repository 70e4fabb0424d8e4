// The app's headers: asked for once, and again when an endpoint does not accept them.
import type { Headers } from '../src/terms.ts'
import type { Clock } from './clock.ts'
import { within } from './clock.ts'

export interface Credentials {
  /** The headers in force: asked for once, whatever came of it. Rejects where the app gives none. */
  current(): Promise<Headers>
  /** The endpoint did not accept them, or there were none: the next request asks the app again. */
  forget(): void
}

/** The app's function may wait for a token, but not for ever. */
const ASK_LIMIT_MS = 10_000

export function createCredentials(ask: () => Promise<Headers>, clock: Clock): Credentials {
  let asked: Promise<Headers> | null = null

  async function askNow(): Promise<Headers> {
    const headers = await within(clock, ASK_LIMIT_MS, ask(), null)
    if (headers === null) throw new Error(`headers() gave nothing within ${ASK_LIMIT_MS} ms`)
    return headers
  }

  return {
    current: () => (asked ??= askNow()),
    forget() {
      asked = null
    },
  }
}
