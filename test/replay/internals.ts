// Reads the dumps of chrome://webrtc-internals: a series for each member of each object, and a log of what happened.
import { wrong } from '../../src/check.ts'
import type { StateEvent } from '../../src/peer.ts'
import { assemble } from './assemble.ts'
import type { MemberSeries, ObjectSeries } from './assemble.ts'
import { readArray, readRecord, readTime, timeOf } from './recording.ts'
import type { RecordedConnection, StateChange } from './recording.ts'

/** The series that every object has: when each of its readings was made. */
const TIMES = 'timestamp'

/** As the log names them; older Chromes left out the `on`. */
const STATE_EVENTS: ReadonlyMap<string, StateEvent> = new Map([
  ['connectionstatechange', 'connectionStateChange'],
  ['iceconnectionstatechange', 'iceConnectionStateChange'],
  ['icegatheringstatechange', 'iceGatheringStateChange'],
  ['signalingstatechange', 'signalingStateChange'],
])

/** @throws TypeError that says what was expected and what came */
export function readInternals(connections: Record<string, unknown>): RecordedConnection[] {
  return Object.entries(connections).map(([pcId, connection]) => {
    const { stats, updateLog = [] } = readRecord(pcId, connection)
    const polls = assemble(readObjects(`${pcId}.stats`, readRecord(`${pcId}.stats`, stats)))
    return { pcId, polls, changes: readLog(`${pcId}.updateLog`, updateLog) }
  })
}

/**
 * The objects in the order in which the dump first names them, with all of their series: what Chrome derived is named in
 * brackets, like `[bytesSent_in_bits/s]`.
 */
export function readObjects(name: string, stats: Record<string, unknown>): ObjectSeries[] {
  const series = Object.entries(stats)
    .map(([key, value]) => [key, readRecord(`${name}.${key}`, value)] as const)
    // A series without a point is `{}`.
    .filter(([, { values }]) => values !== undefined)
  const objects = new Map<string, ObjectSeries & { readonly members: MemberSeries[] }>()
  for (const [key, { statsType, values }] of series) {
    if (!key.endsWith(`-${TIMES}`)) continue
    const id = key.slice(0, -TIMES.length - 1)
    const timestamps = readValues(`${name}.${key}`, values).map((value) =>
      readTime(`${name}.${key}`, value),
    )
    objects.set(id, { id, type: String(statsType), timestamps, members: [] })
  }
  if (series.length > 0 && objects.size === 0) {
    throw new TypeError(`${name}: expected a series that ends in -${TIMES}, got none`)
  }
  for (const [key, { startTime, endTime, values }] of series) {
    const object = objects.get(idOf(key, objects))
    const member = key.slice((object?.id.length ?? 0) + 1)
    if (!object || member === TIMES) continue
    object.members.push({
      name: member,
      values: readValues(`${name}.${key}`, values),
      startMs: readDate(`${name}.${key}.startTime`, startTime),
      endMs: readDate(`${name}.${key}.endTime`, endTime),
    })
  }
  return [...objects.values()]
}

/** Ids have dashes, and so have names in brackets: the longest id that is one. Empty where there is none. */
function idOf(key: string, objects: ReadonlyMap<string, unknown>): string {
  let end = key.lastIndexOf('-')
  while (end > 0 && !objects.has(key.slice(0, end))) end = key.lastIndexOf('-', end - 1)
  return key.slice(0, Math.max(0, end))
}

/** Chrome writes the values as JSON within the JSON. */
function readValues(name: string, values: unknown): readonly unknown[] {
  return readArray(`${name}.values`, typeof values === 'string' ? parse(values) : values)
}

/** Undefined where it is no JSON. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function readDate(name: string, value: unknown): number {
  const timeMs = typeof value === 'string' ? Date.parse(value) : NaN
  if (Number.isNaN(timeMs)) throw wrong(name, 'a date', value)
  return timeMs
}

/** Entries without a number for their time (older Chromes wrote it as local text) are left out. */
function readLog(name: string, log: unknown): StateChange[] {
  const last = new Map<StateEvent, string>()
  return readArray(name, log).flatMap((entry, index) => {
    const { type, value, timestamp } = readRecord(`${name}[${index}]`, entry)
    const event = STATE_EVENTS.get(String(type).replace(/^on/, ''))
    const clockMs = timeOf(timestamp)
    if (!event || clockMs === undefined) return []
    const state = String(value).replaceAll('"', '')
    if (!/^[a-z-]+$/.test(state)) throw wrong(`${name}[${index}].value`, 'a state', value)
    if (last.get(event) === state) return []
    last.set(event, state)
    return [{ clockMs, wallMs: clockMs, event, state }]
  })
}
