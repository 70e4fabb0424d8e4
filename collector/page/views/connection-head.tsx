// How a connection is now and was over the call, who it is of, and how its numbers come here.
import type { ConnectionView } from '../../src/live/views.ts'
import { clockOff } from '../findings/client.ts'
import { lastingInWords } from '../findings/words.ts'
import { pathInWords } from '../words.ts'
import { numberOf } from '../numbers.ts'
import { clientOf, droppedInWords } from '../senders.ts'
import type { Series } from '../series/series.ts'
import {
  inWords,
  showBytes,
  showCount,
  showDuration,
  showNumber,
  showTime,
  UNKNOWN,
} from '../ui/format.ts'
import { Facts } from '../ui/facts.tsx'
import type { Fact } from '../ui/facts.tsx'
import { Figure } from '../ui/figure.tsx'
import { classOf } from '../ui/score.tsx'
import { SILENT, stateInWords } from '../words.ts'
import './connection-head.css'

/** What the head is of. */
export interface ConnectionHeadProps {
  readonly connection: ConnectionView
  readonly series: Series
  readonly isLive: boolean
}

/** Numbers that matter in large, all else below. */
export function ConnectionHead({ connection, series, isLive }: ConnectionHeadProps) {
  const { last, score, freezes, firstAt, lastAt, polls } = connection
  const poll = last?.poll ?? null
  const mosNow =
    poll && (numberOf(poll, 'audio.inbound', 'mos') ?? numberOf(poll, 'audio.outbound', 'mos'))
  const said = stateInWords(connection.state)
  const state = !isLive && connection.state === 'connected' ? SILENT : said
  const now = isLive ? 'now' : 'at the end'
  return (
    <section class="card connection-head" aria-label="The connection">
      <div class="connection-large">
        <Figure value={state.text} label="state" tone={state.tone} />
        <ScoreFigure score={score} label="score of 10, over the call" />
        <ScoreFigure score={poll?.score ?? null} label={`score ${now}`} />
        <Figure value={mosNow?.toFixed(1) ?? UNKNOWN} label={`MOS of audio ${now}`} />
        <Figure
          value={meanOf(series, 'audio.inbound.mos')?.toFixed(1) ?? UNKNOWN}
          label="MOS of audio, over the call"
        />
        <Figure
          value={typeof poll?.rttMs === 'number' ? String(Math.round(poll.rttMs)) : UNKNOWN}
          unit="ms"
          label={`round trip ${now}`}
        />
        <Figure
          value={showCount(freezes)}
          label="freezes"
          tone={freezes > 0 ? 'wait' : undefined}
        />
        <Figure value={showDuration((lastAt - firstAt) / 1000)} label="duration" />
      </div>
      <div class="connection-facts">
        <Facts facts={mediaFacts(connection, series)} />
        <Facts facts={clientFacts(connection, polls)} />
        <Facts facts={deliveryFacts(connection, series)} />
      </div>
    </section>
  )
}

function ScoreFigure({ score, label }: { readonly score: number | null; readonly label: string }) {
  const rated = score === null ? null : classOf(score)
  return (
    <Figure
      value={showNumber(score, '').value}
      unit={rated?.word ?? ''}
      label={label}
      tone={rated?.tone}
    />
  )
}

function mediaFacts({ last }: ConnectionView, series: Series): Fact[] {
  const poll = last?.poll ?? null
  const [audioIn, audioOut, videoIn, videoOut] = poll?.codecs ?? []
  const size = (way: 'video.inbound' | 'video.outbound'): string => {
    const [width, height] = poll
      ? [numberOf(poll, way, 'width'), numberOf(poll, way, 'height')]
      : []
    const fps = poll ? numberOf(poll, way, 'fps') : null
    if (typeof width !== 'number' || typeof height !== 'number') return UNKNOWN
    return `${width} × ${height}${fps === null ? '' : ` at ${Math.round(fps)} fps`}`
  }
  return [
    { name: 'Path', value: poll?.path ? pathInWords(poll.path) : UNKNOWN },
    { name: 'Received', value: listOf(videoIn, audioIn) },
    { name: 'Received picture', value: size('video.inbound') },
    { name: 'Sent', value: listOf(videoOut, audioOut) },
    { name: 'Sent picture', value: size('video.outbound') },
    {
      name: 'Call setup',
      value: inWords(showNumber(series.setupMs ?? poll?.setupMs ?? null, 'ms')),
    },
  ]
}

function clientFacts(
  { from, pcId, peerId, sessionId, firstAt, lastAt, events }: ConnectionView,
  polls: number,
) {
  return [
    { name: 'Client', value: clientOf(from) ?? UNKNOWN },
    { name: 'SDK', value: from.sdkVersion ?? UNKNOWN },
    { name: 'Began', value: showTime(firstAt, Date.now()) },
    { name: 'Last item', value: showTime(lastAt, Date.now()) },
    { name: 'Peer', value: pcId === null ? peerId : `${peerId}, ${pcId}` },
    {
      name: 'Session',
      value: <a href={`sessions/${encodeURIComponent(sessionId)}`}>{sessionId}</a>,
    },
    { name: 'Polls, events', value: `${showCount(polls)}, ${showCount(events)}` },
  ]
}

function deliveryFacts({ from }: ConnectionView, series: Series): Fact[] {
  const { missing, queue } = from
  const dropped = droppedInWords(from)
  const memory = queue?.mode === 'memory'
  return [
    {
      name: 'Waits in the client',
      value: queue
        ? `${showCount(queue.depth)} items, ${inWords(showBytes(queue.bytes))}`
        : UNKNOWN,
      tone: queue && queue.depth > 1000 ? 'wait' : undefined,
    },
    {
      name: 'Oldest of them',
      value: typeof queue?.oldestAgeMs === 'number' ? lastingInWords(queue.oldestAgeMs) : UNKNOWN,
    },
    {
      name: 'Kept there',
      value: queue ? (memory ? 'in memory: lost with the page' : 'on disk') : UNKNOWN,
      tone: memory ? 'wait' : undefined,
    },
    {
      name: 'Missing here',
      value: missing === 0 ? 'none' : `${showCount(missing)} items`,
      tone: missing > 0 ? 'wait' : undefined,
    },
    {
      name: 'Given up',
      value: dropped === '' ? 'none' : dropped,
      tone: dropped === '' ? undefined : 'wait',
    },
    { name: 'Items arrive after', value: latenessOf(series) },
  ]
}

/** So many of the newest polls say how it is now. */
const LATE_POLLS = 300

function latenessOf(series: Series): string {
  if (series.length === 0) return UNKNOWN
  const lane = series.lane('lateMs').subarray(0, series.length)
  const off = clockOff(series)
  const newest = lane.slice(-LATE_POLLS).sort()
  const median = (newest[newest.length >> 1] ?? 0) - off
  const most = lane.reduce((greatest, late) => Math.max(greatest, late), -Infinity) - off
  return `${lastingInWords(median)}, at most ${lastingInWords(most)}`
}

function meanOf(series: Series, name: 'audio.inbound.mos'): number | null {
  let [sum, count] = [0, 0]
  const lane = series.lane(name)
  for (let at = 0; at < series.length; at += 1) {
    const value = lane[at] as number
    if (Number.isNaN(value)) continue
    sum += value
    count += 1
  }
  return count === 0 ? null : sum / count
}

function listOf(...words: readonly (string | null | undefined)[]): string {
  return words.filter((word) => word).join(', ') || UNKNOWN
}
