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
  /**
   * Captured later than this before the end is not asked for at once: nothing of the page runs at the end, and what was
   * armed before is renewed only so often.
   */
  readonly settledMs: number
}

const HEALTHY: Script = { steps: [] }
const UNREACHABLE: Script = { steps: [{ drop: 'before' }] }
const FAILING: Script = { steps: [{ status: 503 }] }

/** DURABILITY.md: `fetchLater` is renewed at most every 2 s; a commit takes 250 ms. */
const ARMED_MS = 2500

const PLAIN: Omit<Cell, 'name' | 'end'> = {
  endpoint: 'cross origin',
  headers: {},
  isWorkerBusy: false,
  before: HEALTHY,
  settledMs: 0,
}
const KNOWN = { headers: { authorization: 'Bearer x' } }
const OWN = { endpoint: 'same origin' } as const
const ARMED = { settledMs: ARMED_MS }

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
