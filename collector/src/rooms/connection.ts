// One connection of a room: what its items add up to, in whatever order they come.
import type { KeptItem } from '../facts.ts'
import { addMarks, mergeMarks, newMarks } from './marks.ts'
import type { Marks } from './marks.ts'
import { membersOf } from './read.ts'
import { readingOf } from './reading.ts'
import { addBetween, addRun, boundRuns } from './runs.ts'
import type { Covers, Run } from './runs.ts'
import { followSetup, newSetup, tellSetup } from './setup.ts'
import type { Setup } from './setup.ts'
import { addSums, newSums } from './sums.ts'
import type { Sums } from './sums.ts'
import type { TimedItem } from './timed.ts'

/** JSON. */
export interface Connection {
  /** Of a plain body null. */
  producer: string | null
  sessionId: string
  pcId: string | null
  peerId: string
  /** As of the latest batch that named one. */
  userId: string | null
  userIdAt: number
  /** First and last of its items; wall clock of who sent them, ms. */
  startMs: number
  endMs: number
  /** When it was closed, or given up by the app. */
  overMs: number | null
  setup: Setup
  sums: Sums
  marks: Marks
  runs: Run[]
}

/** What could not be counted of an item. */
export interface Uncounted {
  /** Polls that came after what they belong to was closed up. */
  polls: number
  streams: number
}

/** No poll interval is longer: what an item counts for has a bound. */
const MAX_INTERVAL_MS = 3_600_000

export function newConnection(
  identity: Pick<Connection, 'producer' | 'sessionId' | 'pcId' | 'peerId'>,
  atMs: number,
): Connection {
  return {
    ...identity,
    ...{ userId: null, userIdAt: 0, startMs: atMs, endMs: atMs, overMs: null },
    ...{ setup: newSetup(), sums: newSums(), marks: newMarks(), runs: [] },
  }
}

/** Adds one item; `covers` tells of its producer's items which have come. */
export function foldItem(connection: Connection, kept: TimedItem, covers: Covers): Uncounted {
  const { item, atMs } = kept
  nameUser(connection, kept)
  connection.startMs = Math.min(connection.startMs, atMs)
  connection.endMs = Math.max(connection.endMs, atMs)
  if (item.tag === 'stats') return foldPoll(connection, kept, covers)
  followSetup(connection.setup, item.event, item.data, atMs)
  if (isEnd(item.event, item.data)) connection.overMs = Math.max(connection.overMs ?? atMs, atMs)
  return { polls: 0, streams: 0 }
}

/** Nothing was captured of it after its end. */
export function isOver({ overMs, endMs }: Connection): boolean {
  return overMs !== null && overMs >= endMs
}

/** All of it, as far as is known now. */
export function totalsOf({ sums, marks, runs }: Connection): { sums: Sums; marks: Marks } {
  const totals = { sums: newSums(), marks: newMarks() }
  addSums(totals.sums, sums)
  mergeMarks(totals.marks, marks)
  addBetween(runs, totals.sums)
  for (const { partial } of runs) if (partial) mergeMarks(totals.marks, partial)
  return totals
}

/** So that the order of batches that were sealed at one moment does not matter, the greater name wins. */
function nameUser(connection: Connection, { facts, exportedAt }: KeptItem): void {
  const { userId } = facts
  if (userId === null) return
  const { userId: held, userIdAt } = connection
  const isNewer = exportedAt > userIdAt || (exportedAt === userIdAt && userId > (held ?? ''))
  if (held !== null && !isNewer) return
  connection.userId = userId
  connection.userIdAt = exportedAt
}

function foldPoll(connection: Connection, kept: TimedItem, covers: Covers): Uncounted {
  const { item, atMs, facts } = kept
  const { data } = item
  const isOurs = 'seq' in item
  const intervalMs = isOurs && item.interval > 0 ? Math.min(item.interval, MAX_INTERVAL_MS) : 0
  const isPartial = isOurs && item.partial === true
  const { reading, refused } = readingOf(data, atMs, intervalMs)
  const marked = { data, reading, devices: facts.devices, intervalMs }
  const order = isOurs ? item.seq : atMs
  const run: Run = { lo: order, hi: order, first: reading, last: reading }
  if (isPartial) addMarks((run.partial = newMarks()), marked)
  if (!addRun(connection.runs, run, connection.sums, covers)) return { polls: 1, streams: refused }
  if (!isPartial) addMarks(connection.marks, marked)
  for (const marks of boundRuns(connection.runs, connection.sums))
    mergeMarks(connection.marks, marks)
  tellSetup(connection.setup, data)
  return { polls: 0, streams: refused }
}

function isEnd(event: string, data: unknown): boolean {
  const { state } = membersOf(data)
  const isState = event === 'connectionStateChange' || event === 'signalingStateChange'
  return event === 'peerRemoved' || (isState && state === 'closed')
}
