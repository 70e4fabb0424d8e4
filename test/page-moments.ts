// Moments as the collector tells them, for tests of what the page makes of them.
import { MEASURES, WAYS } from '../collector/src/live/views.ts'
import type { Measure, Moment, Poll, Way } from '../collector/src/live/views.ts'

/** By way; what is not named is not known. */
export type WayNumbers = Partial<Record<Way, Partial<Record<Measure, number>>>>

let ids = 0

/** A moment with nothing in it but `more`. */
export function momentAt(at: number, more: Partial<Moment> = {}): Moment {
  ids += 1
  const names = { event: 'stats', tag: 'stats' }
  return {
    id: ids,
    seq: ids,
    at,
    lateMs: 100,
    ...names,
    isPartial: false,
    poll: null,
    data: null,
    ...more,
  }
}

/** A poll with these numbers. */
export function pollAt(
  at: number,
  numbers: WayNumbers = {},
  more: Partial<Poll> = {},
  moment: Partial<Moment> = {},
): Moment {
  const poll: Poll = {
    ways: WAYS.map((way) => {
      const own = numbers[way]
      return own ? MEASURES.map((measure) => own[measure] ?? null) : null
    }),
    codecs: [null, null, null, null],
    path: 'udp',
    ...{ rttMs: 20, availableBitrate: null, score: 9, setupMs: null, marks: [] },
    ...more,
  }
  return momentAt(at, { poll, ...moment })
}

/** An event of the connection's own. */
export function eventAt(at: number, tag: string, event: string, data: unknown = null): Moment {
  return momentAt(at, { tag, event, data })
}
