// The matrix: how a page ends, where it sends to, and what state the endpoint is in.
import type { Script } from '../fault-collector.ts'

/** What ends the page, or the whole browser. */
export type End =
  | 'navigate'
  | 'cross-site'
  | 'reload'
  | 'close'
  | 'kill the renderer'
  | 'discard'
  | 'SIGTERM'
  | 'SIGKILL'

export interface Cell {
  readonly name: string
  readonly end: End
  /** As the page sees it. */
  readonly endpoint: 'same origin' | 'cross origin'
  readonly headers: Readonly<Record<string, string>>
  /** The worker spins when the end comes. */
  readonly isWorkerBusy: boolean
  /** How the endpoint is until the next load. */
  readonly before: Script
  /** The poll interval. */
  readonly pollMs: number
  /** How often a state of a connection changes; 0 for never after it is connected. */
  readonly signalEveryMs: number
  /** Captured later than this before the end is not asked for at once: nothing of the page runs at the end. */
  readonly settledMs: number
  /** The newest stats item is asked for at once; else any: what is armed gets newer stats alone every 20 s. */
  readonly areStatsNewest: boolean
}

const HEALTHY: Script = { steps: [] }
const UNREACHABLE: Script = { steps: [{ drop: 'before' }] }
const FAILING: Script = { steps: [{ status: 503 }] }

const PLAIN: Omit<Cell, 'name' | 'end'> = {
  endpoint: 'cross origin',
  headers: {},
  isWorkerBusy: false,
  before: HEALTHY,
  pollMs: 500,
  // A prime to the poll interval: each kind of item is the last one in some runs.
  signalEveryMs: 330,
  settledMs: 0,
  areStatsNewest: true,
}
const KNOWN = { headers: { authorization: 'Bearer x' } }
const OWN = { endpoint: 'same origin' } as const
/** `fetchLater` is renewed 2 s after an event; DURABILITY.md gives an item 250 ms to be safe. */
const ARMED = { pollMs: 2000, signalEveryMs: 0, settledMs: 250, areStatsNewest: false }

export const CELLS: readonly Cell[] = [
  { ...PLAIN, name: 'navigate', end: 'navigate' },
  { ...PLAIN, ...KNOWN, name: 'navigate, headers', end: 'navigate' },
  { ...PLAIN, ...OWN, name: 'navigate, own origin', end: 'navigate' },
  { ...PLAIN, name: 'navigate cross-site', end: 'cross-site' },
  { ...PLAIN, name: 'reload', end: 'reload' },
  { ...PLAIN, name: 'tab close', end: 'close' },
  { ...PLAIN, ...KNOWN, name: 'tab close, headers', end: 'close' },
  { ...PLAIN, ...OWN, name: 'tab close, own origin', end: 'close' },
  { ...PLAIN, name: 'tab close, busy worker', end: 'close', isWorkerBusy: true },
  { ...PLAIN, name: 'unreachable, tab close', end: 'close', before: UNREACHABLE },
  { ...PLAIN, name: '503, tab close', end: 'close', before: FAILING },
  { ...PLAIN, ...ARMED, name: 'renderer kill -9', end: 'kill the renderer' },
  { ...PLAIN, ...ARMED, ...KNOWN, name: 'renderer kill -9, headers', end: 'kill the renderer' },
  { ...PLAIN, ...ARMED, ...OWN, name: 'renderer kill -9, own origin', end: 'kill the renderer' },
  { ...PLAIN, ...ARMED, name: 'tab discard', end: 'discard' },
  { ...PLAIN, name: 'browser SIGTERM', end: 'SIGTERM' },
  { ...PLAIN, name: 'browser SIGKILL', end: 'SIGKILL' },
]
