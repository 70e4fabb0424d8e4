// A recording of connections, whatever file it came from, and the checks that its formats share.
import { isRecord, wrong } from '../../src/check.ts'
import type { StateEvent } from '../../src/peer.ts'
import type { Stat } from '../../src/stats.ts'

/** One reading of a connection's report. */
export interface Poll {
  /** When it was read, by the page's own clock, ms since the Unix epoch. */
  readonly clockMs: number
  /** The same moment by the wall clock. */
  readonly wallMs: number
  readonly report: readonly Stat[]
  /** The poll interval in force, where the file says it, ms. */
  readonly intervalMs?: number
}

/** A state of a connection that became another. */
export interface StateChange {
  readonly clockMs: number
  readonly wallMs: number
  readonly event: StateEvent
  readonly state: string
}

/** What was recorded of one connection. */
export interface RecordedConnection {
  readonly pcId: string
  /** When it was added, where the file says them; else all are those of a new one. */
  readonly states?: Readonly<Record<string, unknown>>
  /** In the order in which they were read. */
  readonly polls: readonly Poll[]
  readonly changes: readonly StateChange[]
}

/** The last moment that a Date has (https://tc39.es/ecma262/#sec-time-values-and-time-range). */
const LAST_MS = 8.64e15

/** @throws TypeError where it is no number, as such or written out, or no Date has such a time */
export function readTime(name: string, value: unknown): number {
  const timeMs = timeOf(value)
  if (timeMs === undefined) throw wrong(name, 'a time in ms', value)
  return timeMs
}

/** As `readTime`; undefined where it is none. */
export function timeOf(value: unknown): number | undefined {
  const isWritten = typeof value === 'string' && value.trim() !== ''
  const timeMs = isWritten ? Number(value) : value
  return typeof timeMs === 'number' && Math.abs(timeMs) <= LAST_MS ? timeMs : undefined
}

/** @throws TypeError where it is no array */
export function readArray(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(name, 'an array', value)
  return value
}

/** @throws TypeError where it is no object */
export function readRecord(name: string, value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw wrong(name, 'an object', value)
  return value
}

/** A report as an array of statistics objects, or as an object of them by id. */
export function readReport(name: string, value: unknown): Stat[] {
  if (Array.isArray(value)) return value.map((stat, index) => readStat(`${name}[${index}]`, stat))
  if (!isRecord(value)) throw wrong(name, 'a report as an array or an object', value)
  return Object.entries(value).map(([id, stat]) =>
    readStat(`${name}.${id}`, isRecord(stat) ? { id, ...stat } : stat),
  )
}

/** Whether it has what every statistics object has; the time alone may be missing. */
export function isStat(value: unknown): value is Stat {
  return isRecord(value) && typeof value['id'] === 'string' && typeof value['type'] === 'string'
}

function readStat(name: string, value: unknown): Stat {
  if (!isStat(value)) throw wrong(name, 'a statistics object with id and type', value)
  return value
}
