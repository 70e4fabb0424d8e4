// What makes a poll other than it seems, as bits: one number a poll.
import type { Mark } from '../../src/live/views.ts'
import type { PollMoment } from './lanes.ts'

/** By the bit; `partial` is what the page sent in its last moment. */
export const FLAGS: Readonly<Record<Mark | 'partial', number>> = {
  gap: 1,
  reset: 2,
  stale: 4,
  iceRestart: 8,
  muted: 16,
  clockSkew: 32,
  partial: 64,
}

/** All that are set of it. A mark that this page does not know yet is none. */
export function flagsOf({ poll, isPartial }: PollMoment): number {
  return poll.marks.reduce(
    (flags, mark) => flags | (FLAGS[mark] ?? 0),
    isPartial ? FLAGS.partial : 0,
  )
}
