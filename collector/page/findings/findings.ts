// What went wrong in a call, in the order of time: each of it with its time and, where the numbers say so, its cause.
import type { Moment } from '../../src/live/views.ts'
import type { Series } from '../series/series.ts'
import { cutEnds, delays, gaps, mutes, stales, told } from './client.ts'
import { codecChanges, outages, pathChanges, setups } from './connection.ts'
import type { Finding } from './finding.ts'
import { incomingAudio, incomingVideo } from './incoming.ts'
import { jitters, roundTrips } from './network.ts'
import { heldBack, outgoingAudio, outgoingVideo } from './outgoing.ts'

/** Of the whole call, and of nothing else: the same series gives the same findings. */
export function findingsOf(series: Series, events: readonly Moment[]): Finding[] {
  const lost = outages(series, events)
  const found = [
    ...setups(series, events),
    ...lost,
    ...pathChanges(series, lost),
    ...codecChanges(series),
    ...incomingVideo(series),
    ...incomingAudio(series),
    ...outgoingVideo(series),
    ...heldBack(series),
    ...outgoingAudio(series),
    ...roundTrips(series),
    ...jitters(series),
    ...gaps(series, events),
    ...delays(series),
    ...mutes(series),
    ...stales(series),
    ...told(events),
    ...cutEnds(series),
  ]
  return found.sort((one, other) => one.from - other.from || one.to - other.to)
}
