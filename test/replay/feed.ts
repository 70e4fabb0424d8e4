// Feeds a recording through the real pipeline, as a page would have handed it over.
import type { Captured } from '../../src/protocol.ts'
import type { Item } from '../../src/wire.ts'
import { createIntake } from '../../workers/intake.ts'
import { createOwnItems } from '../../workers/own-items.ts'
import { createPipeline } from '../../workers/pipeline.ts'
import { createSummary } from '../../workers/summary.ts'
import type { Poll, RecordedConnection, StateChange } from './recording.ts'

const LEAST_INTERVAL_MS = 100

/** What `addPeer` announces of a connection on which nothing has happened yet. */
const NEW_STATES = {
  iceConnectionState: 'new',
  connectionState: 'new',
  iceGatheringState: 'new',
  signalingState: 'stable',
}

/** Nothing of a recording happens by itself. */
const NO_CLOCK = { now: () => 0, elapsed: () => 0, after: () => () => {} }

interface Step {
  readonly pcId: string
  readonly clockMs: number
  readonly wallMs: number
  readonly what: { readonly states: unknown } | StateChange | Poll
}

/** The items that come of it, in the order of capture; those of polls have `rawStats`. */
export function feed(connections: readonly RecordedConnection[]): Item[] {
  const items: Item[] = []
  const usualMs = pollIntervalMs(connections)
  let intervalMs = usualMs
  const pipeline = createPipeline({
    producer: 'replay',
    intervalMs: () => intervalMs,
    detail: 'full',
    copies: { rawStats: true, statsObject: false },
    intake: createIntake(),
    redactor: null,
    summary: createSummary({
      clock: NO_CLOCK,
      nextItem: createOwnItems(NO_CLOCK, () => 0),
      take: () => {},
    }),
    raise: (item) => items.push(item),
    keep: () => {},
  })
  const steps = connections.flatMap(stepsOf).toSorted((a, b) => a.clockMs - b.clockMs)
  for (const [seq, { pcId, wallMs, what }] of steps.entries()) {
    const captured: Captured = { seq, timestamp: wallMs, peerId: pcId, peerName: pcId, pcId }
    if ('report' in what) {
      intervalMs = what.intervalMs ?? usualMs
      const report = { ...captured, clock: what.clockMs, read: 'full' as const, stats: what.report }
      pipeline.takeReports([report], true)
    } else if ('event' in what) {
      const { event, state } = what
      pipeline.takeEvent({ ...captured, event, tag: 'connection', data: { state } })
    } else {
      pipeline.takeEvent({ ...captured, event: 'peerAdded', tag: 'peer', data: what.states })
    }
  }
  return items
}

/** Of one moment: that it was added, then what changed, then what was read. */
function stepsOf(connection: RecordedConnection): Step[] {
  const { pcId, polls, changes, states = NEW_STATES } = connection
  const steps: Step[] = changes.map((what) => ({ pcId, ...timesOf(what), what }))
  let latestMs = -Infinity
  for (const what of polls) {
    // A clock that was set back does not change the order of what was read.
    latestMs = Math.max(latestMs, what.clockMs)
    steps.push({ pcId, clockMs: latestMs, wallMs: what.wallMs, what })
  }
  const first = steps.toSorted((a, b) => a.clockMs - b.clockMs)[0]
  return first ? [{ pcId, ...timesOf(first), what: { states } }, ...steps] : []
}

function timesOf({ clockMs, wallMs }: Omit<Step, 'pcId' | 'what'>): Omit<Step, 'pcId' | 'what'> {
  return { clockMs, wallMs }
}

/** The median of what lies between one poll of a connection and the next. */
function pollIntervalMs(connections: readonly RecordedConnection[]): number {
  const distances = connections
    .flatMap(({ polls }) =>
      polls.slice(1).map(({ clockMs }, index) => clockMs - (polls[index]?.clockMs ?? clockMs)),
    )
    .sort((a, b) => a - b)
  return Math.max(LEAST_INTERVAL_MS, Math.round(distances[Math.floor(distances.length / 2)] ?? 0))
}
