// What became of the connection itself: lost and found, another path, other codecs.
import { WAYS } from '../../src/live/views.ts'
import type { Moment } from '../../src/live/views.ts'
import { FLAGS } from '../series/flags.ts'
import type { Series } from '../series/series.ts'
import { indexFrom } from '../series/window.ts'
import type { Finding } from './finding.ts'
import * as limits from '../../src/live/limits.ts'
import { memberOf } from './member.ts'
import { pathInWords } from '../words.ts'
import { lastingInWords } from './words.ts'

/** A path is known by the poll after it is taken. */
const AFTER_MS = 10_000

interface Lost {
  readonly at: number
  readonly state: string
}

/** From the loss of it until it was back, and what it was back over. */
export function outages(series: Series, events: readonly Moment[]): Finding[] {
  const found: Finding[] = []
  let lost: Lost | null = null
  for (const { at, event, data } of events) {
    const state = event === 'connectionStateChange' ? memberOf(data, 'state') : null
    const isEnd = state === 'closed' || event === 'peerRemoved'
    if (state === 'disconnected' || state === 'failed') {
      lost = { at: lost ? lost.at : at, state }
    } else if (lost && (state === 'connected' || isEnd)) {
      found.push(outageOf(series, lost, at, isEnd))
      lost = null
    }
  }
  if (lost) {
    const to = Math.max(series.times[series.length - 1] ?? 0, lost.at)
    found.push(outageOf(series, lost, to, true))
  }
  return found
}

function outageOf(series: Series, { at, state }: Lost, to: number, isForGood: boolean): Finding {
  const what = state === 'failed' ? 'Connection failed' : 'Disconnected'
  const span = { from: at, to, tone: 'bad' } as const
  if (isForGood) return { ...span, text: `${what} and never came back`, cause: null }
  const first = indexFrom(series, at)
  const end = indexFrom(series, to + AFTER_MS)
  let isRestarted = false
  for (let index = Math.max(0, first - 1); index < end; index += 1)
    isRestarted ||= ((series.flags[index] ?? 0) & FLAGS.iceRestart) !== 0
  const before = pathBefore(series, first)
  const after = pathBefore(series, end)
  const path = after !== null && after !== before ? ` over another path: ${pathInWords(after)}` : ''
  const restart = isRestarted ? ', after an ICE restart' : ''
  const text = `${what} for ${lastingInWords(to - at)}, then back${path}${restart}`
  const isOther = after !== null && after !== before
  return { ...span, text, cause: isOther || isLossy(series, first, end) ? 'network' : null }
}

/** What was sent to it meanwhile did not come. */
function isLossy(series: Series, first: number, end: number): boolean {
  return (['audio', 'video'] as const).some((kind) => {
    const loss = series.lane(`${kind}.inbound.lossPct`)
    return loss.subarray(first, end).some((pct) => pct >= limits.LOSS_PCT)
  })
}

function pathBefore(series: Series, end: number): string | null {
  for (let at = Math.min(end, series.length) - 1; at >= 0; at -= 1)
    if (series.pathAt(at) !== null) return series.pathAt(at)
  return null
}

/** Another path while it was connected. `outages` have said theirs. */
export function pathChanges(series: Series, said: readonly Finding[]): Finding[] {
  const found: Finding[] = []
  let before: string | null = null
  for (let at = 0; at < series.length; at += 1) {
    const path = series.pathAt(at)
    if (path === null || path === before) continue
    const time = series.times[at] ?? 0
    const isSaid = said.some(({ from, to }) => from <= time && time <= to + AFTER_MS)
    if (before !== null && !isSaid) {
      const text = `Path changed from ${pathInWords(before)} to ${pathInWords(path)}`
      found.push({ from: time, to: time, text, cause: null, tone: 'wait' })
    }
    before = path
  }
  return found
}

/** Of each way. */
export function codecChanges(series: Series): Finding[] {
  return WAYS.flatMap((way, wayAt) => {
    const found: Finding[] = []
    const [kind, direction] = way.split('.')
    let before: string | null = null
    for (let at = 0; at < series.length; at += 1) {
      const codec = series.codecAt(wayAt, at)
      if (codec === null || codec === before) continue
      const time = series.times[at] ?? 0
      const verb = direction === 'inbound' ? 'Received' : 'Sent'
      const text = `${verb} ${kind} changed from ${before} to ${codec}`
      if (before !== null) found.push({ from: time, to: time, text, cause: null, tone: 'calm' })
      before = codec
    }
    return found
  })
}

/** It took long, or never was. */
export function setups(series: Series, events: readonly Moment[]): Finding[] {
  const { setupMs } = series
  const first = events[0]?.at ?? series.times[0] ?? 0
  const last = Math.max(events.at(-1)?.at ?? 0, series.times[series.length - 1] ?? 0)
  const isKnown = events.some(({ event }) => event === 'connectionStateChange')
  const isConnected = events.some(
    ({ event, data }) =>
      event === 'connectionStateChange' && memberOf(data, 'state') === 'connected',
  )
  if (isKnown && !isConnected && setupMs === null && last - first >= limits.NEVER_MS) {
    const text = `Never connected, in ${lastingInWords(last - first)}`
    return [{ from: first, to: last, text, cause: null, tone: 'bad' }]
  }
  if (setupMs === null || setupMs < limits.SLOW_SETUP_MS) return []
  const text = `Took ${lastingInWords(setupMs)} to connect`
  return [{ from: first, to: first + setupMs, text, cause: null, tone: 'wait' }]
}
