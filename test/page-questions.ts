// Ten questions that whoever runs calls asks about the recorded ones, with what is right by what was done to them.
import type { PathKind } from '../src/quality.ts'
import type { Fault, Truth } from './record/calls/truth.ts'

/** One part of an answer; a number or a time is right within its bounds, both included. */
export type Answer =
  | { readonly is: 'participant'; readonly peerName: string }
  | { readonly is: 'cause'; readonly cause: 'network' | 'bandwidth' | 'cpu' }
  | { readonly is: 'path'; readonly path: PathKind }
  | { readonly is: 'codec'; readonly codec: string }
  | { readonly is: 'number'; readonly unit: 's' | 'ms'; readonly min: number; readonly max: number }
  /** ISO 8601. */
  | { readonly is: 'time'; readonly min: string; readonly max: string }

export interface PageQuestion {
  readonly call: 'lossy-network' | 'busy-cpu' | 'outage'
  /** As it is asked, with the times of day in UTC. */
  readonly ask: (truth: Truth) => string
  /** Each part that the answer must have. */
  readonly expected: (truth: Truth) => readonly Answer[]
}

/** So long Chromium calls a connection connected over which nothing comes any more. */
const NOTICED_SEC = 7

/** What a crash takes with it at the worst: what waits to be sent with others, and was read since it was armed. */
const UNSENT_SEC = 10

export const PAGE_QUESTIONS: readonly PageQuestion[] = [
  {
    call: 'lossy-network',
    ask: (truth) =>
      `Whose picture froze for seconds before ${clockOf(endOf(truth, 'downlink-cut'))}, was it the network or the CPU, and which path did his media take?`,
    expected: (truth) => [
      whoOf(truth, 'downlink-cut'),
      { is: 'cause', cause: 'network' },
      pathOf(truth, 'downlink-cut', 0),
    ],
  },
  {
    call: 'lossy-network',
    ask: (truth) => `Who was muted at ${clockOf(middleOf(truth, 'muted'))}?`,
    expected: (truth) => [whoOf(truth, 'muted')],
  },
  {
    call: 'lossy-network',
    ask: (truth) =>
      `Who heard the others worst at ${clockOf(middleOf(truth, 'downlink-loss'))}, and why?`,
    expected: (truth) => [whoOf(truth, 'downlink-loss'), { is: 'cause', cause: 'network' }],
  },
  {
    call: 'lossy-network',
    ask: (truth) =>
      `Whose round trips were long at ${clockOf(middleOf(truth, 'delay'))}, and how long?`,
    expected: (truth) => {
      const ms = Number(faultOf(truth, 'delay').how['roundTripMs'])
      // Packets wait for the relay, for the processor and for each other as well.
      return [whoOf(truth, 'delay'), { is: 'number', unit: 'ms', min: ms, max: ms * 1.5 }]
    },
  },
  {
    call: 'lossy-network',
    ask: (truth) =>
      `Whose picture became smaller before ${clockOf(endOf(truth, 'uplink-bandwidth'))}, and what limited it?`,
    expected: (truth) => [whoOf(truth, 'uplink-bandwidth'), { is: 'cause', cause: 'bandwidth' }],
  },
  {
    call: 'busy-cpu',
    ask: (truth) =>
      `Whose picture stuttered before ${clockOf(endOf(truth, 'encoder-overload'))}, was it the network or the CPU, and in which codec was it sent?`,
    expected: (truth) => [
      whoOf(truth, 'encoder-overload'),
      { is: 'cause', cause: 'cpu' },
      { is: 'codec', codec: String(faultOf(truth, 'encoder-overload').how['codec']) },
    ],
  },
  {
    call: 'busy-cpu',
    ask: () => 'Whose page stood still, and for how long?',
    expected: (truth) => [whoOf(truth, 'page-stopped'), lengthOf(truth, 'page-stopped')],
  },
  {
    call: 'outage',
    ask: () => 'Who was without media, for how long, and which path did they take after it?',
    expected: (truth) => [
      whoOf(truth, 'path-down'),
      lengthOf(truth, 'path-down', NOTICED_SEC),
      pathOf(truth, 'path-down', 1),
    ],
  },
  {
    call: 'outage',
    ask: () => 'Whose data came late, and how late at the worst?',
    expected: (truth) => {
      const { from, to } = faultOf(truth, 'collector-unreachable')
      const late = secondsBetween(from, to ?? truth.endedAt)
      const all = secondsBetween(from, truth.endedAt)
      return [
        whoOf(truth, 'collector-unreachable'),
        { is: 'number', unit: 's', min: late - slackSec(truth), max: all + slackSec(truth) },
      ]
    },
  },
  {
    call: 'outage',
    ask: () => 'Who vanished without hanging up, and when was the last heard of them?',
    expected: (truth) => {
      const { from } = faultOf(truth, 'crash')
      const min = new Date(Date.parse(from) - UNSENT_SEC * 1000).toISOString()
      return [whoOf(truth, 'crash'), { is: 'time', min, max: from }]
    },
  },
]

/** The first of its kind. */
function faultOf(truth: Truth, kind: Fault['kind']): Fault {
  const fault = truth.faults.find((one) => one.kind === kind)
  if (!fault) throw new Error(`${truth.name}: expected a fault ${kind}, got none`)
  return fault
}

function participantOf(truth: Truth, kind: Fault['kind']): Truth['participants'][number] {
  const { who } = faultOf(truth, kind)
  const found = truth.participants.find(({ peerId }) => peerId === who)
  if (!found) throw new Error(`${truth.name}: expected a participant ${who}, got none`)
  return found
}

function whoOf(truth: Truth, kind: Fault['kind']): Answer {
  return { is: 'participant', peerName: participantOf(truth, kind).peerName }
}

/** The first path that he took, or a later one. */
function pathOf(truth: Truth, kind: Fault['kind'], index: number): Answer {
  const path = participantOf(truth, kind).paths[index]?.path
  if (!path) throw new Error(`${truth.name}: expected a path ${index}, got none`)
  return { is: 'path', path }
}

/** What is read at intervals begins and ends up to two of them off. */
function slackSec({ intervalMs }: Truth): number {
  return (2 * intervalMs) / 1000
}

/** @param noticedSec who counts from when the browser noticed is right as well */
function lengthOf(truth: Truth, kind: Fault['kind'], noticedSec = 0): Answer {
  const { from, to } = faultOf(truth, kind)
  const seconds = secondsBetween(from, to ?? truth.endedAt)
  const slack = slackSec(truth)
  return { is: 'number', unit: 's', min: seconds - noticedSec - slack, max: seconds + slack }
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000
}

function endOf(truth: Truth, kind: Fault['kind']): string {
  return faultOf(truth, kind).to ?? truth.endedAt
}

function middleOf(truth: Truth, kind: Fault['kind']): string {
  const { from } = faultOf(truth, kind)
  const middle = (Date.parse(from) + Date.parse(endOf(truth, kind))) / 2
  return new Date(middle).toISOString()
}

/** `12:03:07` */
function clockOf(iso: string): string {
  return iso.slice(11, 19)
}
