// What went wrong in a call, in the order of time: each of it with its time and, where the numbers say so, its cause.
import type { Moment } from '../../src/live/views.ts'
import type { Series } from '../series/series.ts'
import { cutEnds, delays, gaps, mutes, stales, told } from './client.ts'
import { codecChanges, outages, pathChanges, setups } from './connection.ts'
import type { Finding } from './finding.ts'
import { incomingAudio, incomingVideo } from './incoming.ts'
import { jitters, roundTrips } from './network.ts'
import { heldBack, outgoingAudio, outgoingVideo } from './outgoing.ts'

/** Each of them looks for one kind of thing, in some milliseconds where the call is of hours. */
const FINDERS: readonly ((series: Series, events: readonly Moment[]) => readonly Finding[])[] = [
  setups,
  (series, events) => {
    const lost = outages(series, events)
    return [...lost, ...pathChanges(series, lost)]
  },
  codecChanges,
  incomingVideo,
  incomingAudio,
  outgoingVideo,
  heldBack,
  outgoingAudio,
  roundTrips,
  jitters,
  gaps,
  delays,
  mutes,
  stales,
  (_, events) => told(events),
  cutEnds,
]

/** Of the whole call, and of nothing else: the same series gives the same findings. A step of it is a piece of the work. */
export function* findPiecewise(
  series: Series,
  events: readonly Moment[],
): Generator<undefined, Finding[]> {
  const found: Finding[] = []
  for (const find of FINDERS) {
    found.push(...find(series, events))
    yield
  }
  return found.sort((one, other) => one.from - other.from || one.to - other.to)
}

/** All of them in one go. */
export function findingsOf(series: Series, events: readonly Moment[]): Finding[] {
  const work = findPiecewise(series, events)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
