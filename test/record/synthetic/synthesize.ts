// Makes a series of reports that no browser gave: for shapes of browsers that are not to be had any more, or not here.
import type { Stat } from '../../../src/stats.ts'
import type { Series } from '../series.ts'

/** One statistics object without its timestamp. */
export interface Shape {
  readonly id: string
  readonly type: string
  /** Where it is not read at the poll, as for what the other side reported. */
  readonly timestamp?: number
  readonly [member: string]: unknown
}

/** The first poll, ms since the Unix epoch. */
const START_MS = 1_700_000_000_000
const POLL_MS = 1000

/** When the nth poll is, ms since the Unix epoch. */
export const pollAt = (poll: number): number => START_MS + poll * POLL_MS

/** A counter that stood at `start` and grows evenly: rounded, for counters are whole. */
export const counter = (start: number, perPoll: number, poll: number): number =>
  Math.round(start + perPoll * poll)

/** As `counter`, of seconds and energies. */
export const sum = (start: number, perPoll: number, poll: number): number =>
  Number((start + perPoll * poll).toFixed(6))

/** One connection that connects and is read so many times, a second apart. */
export function synthesize(
  browser: string,
  userAgent: string,
  polls: number,
  reportAt: (poll: number) => readonly Shape[],
): Series {
  const noted = (ms: number): { t: number; wall: number } => ({ t: ms, wall: ms })
  const changes = [
    ['signalingstatechange', 'new/new/new/have-local-offer'],
    ['icegatheringstatechange', 'new/new/gathering/have-local-offer'],
    ['signalingstatechange', 'new/new/gathering/stable'],
    ['iceconnectionstatechange', 'new/checking/gathering/stable'],
    ['connectionstatechange', 'connecting/checking/gathering/stable'],
    ['iceconnectionstatechange', 'connecting/connected/gathering/stable'],
    ['connectionstatechange', 'connected/connected/gathering/stable'],
  ] as const
  return {
    source: `synthetic: ${browser}, written by its documented shape and recorded nowhere`,
    userAgent,
    events: [
      { ...noted(START_MS - POLL_MS), name: 'offer' },
      ...changes.map(([name, value], index) => ({
        ...noted(START_MS - POLL_MS + 20 * (index + 1)),
        name: `a:${name}`,
        value,
      })),
      { ...noted(pollAt(polls)), name: 'closed' },
    ],
    peerConnections: [
      {
        pcId: 'a',
        polls: Array.from({ length: polls }, (_, poll) => ({
          ...noted(pollAt(poll)),
          report: reportAt(poll).map((shape) => stamp(shape, pollAt(poll))),
        })),
      },
    ],
  }
}

function stamp({ id, type, timestamp, ...members }: Shape, now: number): Stat {
  return { id, type, timestamp: timestamp ?? now, ...members }
}
