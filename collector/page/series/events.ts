// The events of a connection and of its page, in the order of time, whatever the order in which they come.
import type { Moment } from '../../src/live/views.ts'

/** What happened; no polls. */
export interface Events {
  /** In the order of time. It is the same array, with more in it. */
  readonly all: readonly Moment[]
  /** How many of the oldest are not held, for there are too many. */
  readonly left: number
  /** Grows with each change. */
  readonly version: number
  add(moments: readonly Moment[]): void
}

/** Nobody reads more; an application that marks each second reaches it in three hours. */
const MAX_EVENTS = 10_000

/** @default 10,000 */
export function createEvents(maxEvents: number = MAX_EVENTS): Events {
  const all: Moment[] = []
  const partial = new Map<number, Moment>()
  /** What is whole replaces the partial one that is there. */
  const leaveOut = (seq: number): void => {
    const at = all.indexOf(partial.get(seq) as Moment)
    if (at >= 0) all.splice(at, 1)
    partial.delete(seq)
  }
  let [left, version] = [0, 0]
  return {
    all,
    get left() {
      return left
    },
    get version() {
      return version
    },
    add(moments) {
      const news = moments.filter(({ poll }) => poll === null)
      if (news.length === 0) return
      let isInOrder = true
      for (const moment of news) {
        const { seq, isPartial, event } = moment
        if (seq !== null && partial.get(seq)?.event === event) leaveOut(seq)
        if (seq !== null && isPartial) partial.set(seq, moment)
        isInOrder &&= moment.at >= (all.at(-1)?.at ?? -Infinity)
        all.push(moment)
      }
      // It is stable, and fast where most of it is in order.
      if (!isInOrder) all.sort((one, other) => one.at - other.at)
      if (all.length > maxEvents) left += all.splice(0, all.length - maxEvents).length
      version += 1
    },
  }
}
