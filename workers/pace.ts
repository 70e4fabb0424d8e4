// How long until the next poll: short after a change, long while nothing happens, nobody looks, or reading is slow.
import type { CapturedEvent } from '../src/protocol.ts'
import type { PollBounds } from '../src/terms.ts'
import type { Clock } from './clock.ts'
import { haveMoved, ratingsOf } from './ratings.ts'
import type { Ratings } from './ratings.ts'
import type { JudgedPoll } from './summary.ts'

/** What the wait depends on. */
export interface Circumstances {
  /** Since a connection was added or has changed a state, ms. */
  readonly sinceChangeMs: number
  readonly isHidden: boolean
  /** In a row, of which no rating has moved. */
  readonly steadyPolls: number
  /** From a pull to its answer, ms. */
  readonly collectMs: number
}

export interface Pace {
  /** Never is a poll sooner after the one before, ms. */
  readonly leastMs: number
  /** Until the next poll, ms. `collectMs`: from the last pull to its answer. */
  next(collectMs: number): number
  /** Is the next poll due at once? */
  takeEvent(event: Pick<CapturedEvent, 'event' | 'tag' | 'data'>): boolean
  /** What the last one gave; `isHidden`: the page was. */
  takePolls(polls: readonly Pick<JudgedPoll, 'quality'>[], isHidden: boolean): void
}

/** Candidates are tried and the bandwidth is found in this time. */
const WARM_UP_MS = 10_000
/** After so many the wait doubles, and again after as many more. */
const STEADY_POLLS = 5
/** Reading takes this share of the time at most. */
const COLLECTING_SHARE = 0.1

/** Whole ms, within the bounds. */
export function paceOf(circumstances: Circumstances, normalMs: number, bounds: PollBounds): number {
  const { sinceChangeMs, isHidden, steadyPolls, collectMs } = circumstances
  const { minInterval, maxInterval } = bounds
  const calmMs = isHidden ? maxInterval : normalMs * 2 ** Math.floor(steadyPolls / STEADY_POLLS)
  const wantedMs = sinceChangeMs < WARM_UP_MS ? minInterval : calmMs
  return Math.min(Math.max(wantedMs, Math.round(collectMs / COLLECTING_SHARE)), maxInterval)
}

/** `bounds` null: always the same. */
export function createPace(clock: Clock, normalMs: number, bounds: PollBounds | null): Pace {
  let changedAt = -Infinity
  let isHidden = false
  let steadyPolls = 0
  let ratings: Ratings = []
  let lastCollectMs = 0

  const sinceChangeMs = (): number => clock.elapsed() - changedAt

  return {
    leastMs: bounds?.minInterval ?? normalMs,
    next(newCollectMs) {
      if (!bounds) return normalMs
      // One slow answer is a page that was busy with something else.
      const collectMs = Math.min(newCollectMs, lastCollectMs)
      lastCollectMs = newCollectMs
      return paceOf(
        { sinceChangeMs: sinceChangeMs(), isHidden, steadyPolls, collectMs },
        normalMs,
        bounds,
      )
    },
    takeEvent({ event, tag, data }) {
      const isChange = tag === 'connection' || event === 'peerAdded'
      if (isChange) changedAt = clock.elapsed()
      const isVisibility = event === 'visibilityChange'
      if (isVisibility) isHidden = (data as { state?: unknown } | null)?.state === 'hidden'
      return bounds !== null && (isChange || (isVisibility && !isHidden))
    },
    takePolls(polls, isPageHidden) {
      if (!bounds) return
      isHidden = isPageHidden
      const now = ratingsOf(polls)
      const isCalm = sinceChangeMs() >= WARM_UP_MS && !haveMoved(ratings, now)
      steadyPolls = isCalm ? steadyPolls + 1 : 0
      // What drifts slowly has moved in the end, too.
      if (!isCalm) ratings = now
    },
  }
}
