// Reads reports without anything around them: an array of them, all of one connection.
import { isRecord } from '../../src/check.ts'
import type { Stat } from '../../src/stats.ts'
import { isStat, readReport, readTime, timeOf } from './recording.ts'
import type { Poll, RecordedConnection } from './recording.ts'

const PC_ID = 'pc1'

/** @throws TypeError that says what was expected and what came */
export function readPlain(file: readonly unknown[]): RecordedConnection[] {
  if (file.some(isStat)) {
    throw new TypeError('the file: expected an array of reports, got a single report')
  }
  const read = file.map((poll, index) => readElement(`[${index}]`, poll))
  // A report that is empty came when the one before it did, as far as the file knows.
  let known = read.map(({ report }) => newestTimestamp(report)).find(isKnown)
  const polls = read.map(({ t, wall, report }, index): Poll => {
    known = newestTimestamp(report) ?? known
    const clockMs = readTime(`the time of [${index}]`, t ?? wall ?? known)
    return { clockMs, wallMs: readTime(`[${index}].wall`, wall ?? clockMs), report }
  })
  return [{ pcId: PC_ID, polls, changes: [] }]
}

interface Element {
  readonly t?: unknown
  readonly wall?: unknown
  readonly report: readonly Stat[]
}

/** A report, or a poll that has one. */
function readElement(name: string, value: unknown): Element {
  if (!isRecord(value) || !('report' in value) || isStat(value['report'])) {
    return { report: readReport(name, value) }
  }
  const { t, wall, report } = value
  return { t, wall, report: readReport(`${name}.report`, report) }
}

function newestTimestamp(report: readonly Stat[]): number | undefined {
  const times = report.map(({ timestamp }) => timeOf(timestamp)).filter(isKnown)
  return times.length > 0 ? times.reduce((newest, time) => Math.max(newest, time)) : undefined
}

function isKnown(time: number | undefined): time is number {
  return time !== undefined
}
