// The polls of a connection, in whatever order they come: runs without a hole between are one, and are added up.
import { addInterval, keyOf } from './interval.ts'
import type { Marks } from './marks.ts'
import type { Reading } from './stream.ts'
import type { Sums } from './sums.ts'

/** Polls of which none is missing between; the sums hold what happened inside. */
export interface Run {
  lo: number
  hi: number
  /** Null where no poll can come before it any more. */
  first: Reading | null
  last: Reading
  /** Of a partial poll, which is alone and is to be replaced: what else it says. */
  partial?: Marks
}

/** Between these two numbers nothing is missing. */
export type Covers = (lo: number, hi: number) => boolean

/** Those of one connection; what it costs is what the readings at their ends hold. */
const MAX_RUNS = 64
const MAX_STREAMS = 2000

/** False where it comes too late: what it belongs to was closed up for good. */
export function addRun(runs: Run[], run: Run, sums: Sums, covers: Covers): boolean {
  let index = runs.length
  while (index > 0 && (runs[index - 1]?.lo ?? -Infinity) > run.lo) index--
  const left = runs[index - 1]
  // Nothing is put in front of what is complete.
  if (!left && runs[0]?.first === null) return false
  if (left && run.lo <= left.hi) {
    if (!left.partial || run.partial || left.lo !== run.lo) return false
    runs.splice(--index, 1)
  }
  runs.splice(index, 0, run)
  for (const at of [index, index - 1]) joinAt(runs, at, sums, covers)
  settle(runs, sums, covers)
  return true
}

/** A hole was filled: what lies around it may be one run now. */
export function joinRuns(runs: Run[], sums: Sums, covers: Covers): void {
  for (let index = runs.length - 2; index >= 0; index--) joinAt(runs, index, sums, covers)
  settle(runs, sums, covers)
}

/** What the runs hold beyond the sums: the intervals between them, as far as is known now. */
export function addBetween(runs: readonly Run[], sums: Sums): void {
  if (runs.length === 1 && runs[0]?.first === null) return
  const [oldest, ...others] = structuredClone(runs) as Run[]
  if (!oldest) return
  if (oldest.first) addInterval(sums, null, oldest.first)
  others.reduce((run, next) => append(run, next, sums), oldest)
}

/** Keeps the runs within their bounds: the oldest are taken for complete. Returns the marks of partial ones. */
export function boundRuns(runs: Run[], sums: Sums): Marks[] {
  const marks: Marks[] = []
  while (runs.length > 1 && isTooMuch(runs)) {
    const [oldest, next] = runs
    if (!oldest || !next) break
    for (const { partial } of [oldest, next]) if (partial) marks.push(partial)
    runs.splice(0, 2, append(oldest, next, sums))
  }
  return marks
}

function isTooMuch(runs: readonly Run[]): boolean {
  if (runs.length > MAX_RUNS) return true
  const streamsIn = ({ first, last }: Run) => (first?.streams.length ?? 0) + last.streams.length
  return runs.reduce((sum, run) => sum + streamsIn(run), 0) > MAX_STREAMS
}

function joinAt(runs: Run[], index: number, sums: Sums, covers: Covers): void {
  const [left, right] = [runs[index], runs[index + 1]]
  if (!left || !right || left.partial || right.partial || !covers(left.hi, right.lo)) return
  runs.splice(index, 2, append(left, right, sums))
}

/** Where all that was captured before it has come, nothing will ever be put in front of it. */
function settle([oldest]: readonly Run[], sums: Sums, covers: Covers): void {
  if (!oldest?.first || oldest.partial || !covers(0, oldest.lo)) return
  addInterval(sums, null, oldest.first)
  oldest.first = null
}

function append(left: Run, right: Run, sums: Sums): Run {
  const links = addInterval(sums, left.last, right.first ?? right.last)
  for (const stream of right.last.streams) {
    if (!stream.isLead) continue
    const link = links.get(keyOf(stream))
    stream.isLead = link?.isSameReport === true && link.before.isLead === true
    const sent = link?.isSameReport ? link.before.report?.sent : undefined
    if (stream.report && sent !== undefined) stream.report.sent = sent
  }
  for (const stream of left.first?.streams ?? []) {
    const link = links.get(keyOf(stream))
    if (!stream.report || !link?.before.isLead) continue
    if (link.isCounted || (link.isSameReport && link.current.report?.isLinked)) {
      stream.report.isLinked = true
    }
  }
  return { lo: left.lo, hi: right.hi, first: left.first, last: withoutOwn(right.last) }
}

/** What the interval before it was like is added up by now. */
function withoutOwn({ streams, pair }: Reading): Reading {
  const counters = streams.map((each) => {
    const { own: _, ...stream } = each
    return stream
  })
  return { streams: counters, pair }
}
