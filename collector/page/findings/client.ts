// What is to be known of the client itself: when it captured nothing, when it was late, what it gave up.
import type { Moment } from '../../src/live/views.ts'
import { FLAGS } from '../series/flags.ts'
import { isHole } from '../series/holes.ts'
import type { Series } from '../series/series.ts'
import type { Finding } from './finding.ts'
import * as limits from '../../src/live/limits.ts'
import { memberOf, valueOf } from './member.ts'
import { mostIn, runsOf, startOf } from './runs.ts'
import { lastingInWords, timesInWords } from './words.ts'

const has = (series: Series, flag: number) => (at: number) => ((series.flags[at] ?? 0) & flag) !== 0

/** Where nothing was captured, and why as far as the page itself said it. */
export function gaps(series: Series, events: readonly Moment[]): Finding[] {
  const found: Finding[] = []
  const slept = has(series, FLAGS.clockSkew)
  for (let at = 1; at < series.length; at += 1) {
    if (!isHole(series, at)) continue
    const [from, to] = [startOf(series, at), series.times[at] ?? 0]
    const isCaptured = !has(series, FLAGS.gap)(at)
    const lasting = lastingInWords(to - from)
    const text = isCaptured
      ? `Nothing of ${lasting} has arrived`
      : `Nothing was captured for ${lasting}${whyOf(events, from, to, slept(at))}`
    found.push({ from, to, text, cause: isCaptured ? null : 'client', tone: 'wait' })
  }
  return found
}

function whyOf(events: readonly Moment[], from: number, to: number, isSlept: boolean): string {
  if (isSlept) return ': the machine slept'
  const last = events.findLast(({ at, event }) => at <= to && event === 'visibilityChange')
  const isFrozen = events.some(({ at, event }) => event === 'freeze' && from <= at && at <= to)
  if (isFrozen) return ': the browser had frozen the page'
  return memberOf(last?.data, 'state') === 'hidden' && (last?.at ?? 0) < to
    ? ': the page was hidden'
    : ': the page stood still'
}

/** Those that came long after they were captured. A clock that is wrong makes all of them late alike. */
export function delays(series: Series): Finding[] {
  const late = series.lane('lateMs')
  const off = clockOff(series)
  const found = runsOf(series, (at) => (late[at] ?? 0) - off >= limits.LATE_MS).map((run) => {
    const most = lastingInWords(mostIn(late, run) - off)
    const text = `These items arrived up to ${most} late: they waited in the client`
    return { from: run.from, to: run.to, text, cause: 'client', tone: 'wait' } as const
  })
  if (Math.abs(off) < limits.CLOCK_MS) return found
  const text =
    off > 0
      ? `Its clock is ${lastingInWords(off)} behind the collector's, or all of it came so late`
      : `Its clock is ${lastingInWords(-off)} ahead of the collector's`
  const [from, to] = [series.times[0] ?? 0, series.times[series.length - 1] ?? 0]
  return [...found, { from, to, text, cause: 'client', tone: 'calm' }]
}

/** What all items are late at least, ms; below zero where the client's clock is ahead. */
export function clockOff(series: Series): number {
  const late = series.lane('lateMs')
  let least = Infinity
  for (let at = 0; at < series.length; at += 1) least = Math.min(least, late[at] as number)
  // A few hundred ms are the way here.
  return Math.abs(least) < 1000 || !Number.isFinite(least) ? 0 : least
}

/** Only what the page could still say is there of its last moment. */
export function cutEnds(series: Series): Finding[] {
  const at = series.length - 1
  if (!has(series, FLAGS.partial)(at)) return []
  const time = series.times[at] ?? 0
  const text = 'Last item is partial: the page ended'
  return [{ from: time, to: time, text, cause: null, tone: 'calm' }]
}

/** An audio stream carried silence. */
export function mutes(series: Series): Finding[] {
  return runsOf(series, has(series, FLAGS.muted)).map(({ from, to }) => {
    const text = `Audio was muted for ${lastingInWords(to - from)}`
    return { from, to, text, cause: null, tone: 'calm' } as const
  })
}

/** Polls that are those before: the browser, or the machine, was too busy for new ones. */
export function stales(series: Series): Finding[] {
  return runsOf(series, has(series, FLAGS.stale))
    .filter(({ polls }) => polls > 1)
    .map(({ from, to, polls }) => {
      const text = `The browser gave its last report again ${timesInWords(polls)}`
      return { from, to, text, cause: 'client', tone: 'calm' } as const
    })
}

/** What the page told of itself and of whoever used it. */
export function told(events: readonly Moment[]): Finding[] {
  const found: Finding[] = []
  let offline: number | null = null
  for (const { at, event, tag, data } of events) {
    if (tag === 'network' && event === 'offline') offline = at
    if (tag === 'network' && event === 'online' && offline !== null) {
      const text = `Browser was offline for ${lastingInWords(at - offline)}`
      found.push({ from: offline, to: at, text, cause: 'network', tone: 'bad' })
      offline = null
    }
    if (tag === 'exporter' && event === 'dropped') {
      const [count, reason] = [valueOf(data, 'count'), memberOf(data, 'reason')]
      const text = `Client gave up ${Number(count) || 0} items (${reason ?? 'no reason'})`
      found.push({ from: at, to: at, text, cause: 'client', tone: 'wait' })
    }
    const rating = event === 'rating' ? valueOf(data, 'rating') : null
    if (typeof rating === 'number' && rating <= 2) {
      const text = `User rated the call ${rating} of 5`
      found.push({ from: at, to: at, text, cause: null, tone: 'wait' })
    }
  }
  return found
}
