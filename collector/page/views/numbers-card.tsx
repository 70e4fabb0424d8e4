// The numbers of one poll as text: of that at the cursor, else of the newest in view.
import { useEffect, useState } from 'preact/hooks'
import { WAYS } from '../../src/live/views.ts'
import type { Measure } from '../../src/live/views.ts'
import { pathInWords } from '../words.ts'
import type { Series } from '../series/series.ts'
import { indexFrom } from '../series/window.ts'
import type { TimeWindow } from '../time-window.ts'
import { Card } from '../ui/card.tsx'
import { Facts } from '../ui/facts.tsx'
import { inWords, showBitrate, showNumber, showTime, UNKNOWN } from '../ui/format.ts'
import { Empty } from '../ui/notice.tsx'
import './numbers-card.css'

/** What the numbers are of. */
export interface NumbersCardProps {
  readonly series: Series
  readonly time: TimeWindow
}

type Show = (value: number) => string

const bitrate: Show = (value) => inWords(showBitrate(value))
const inUnit =
  (unit: string): Show =>
  (value) =>
    inWords(showNumber(value, unit))
const whole: Show = (value) => String(Math.round(value))

const ROWS: readonly (readonly [name: string, measure: Measure, show: Show])[] = [
  ['Bitrate', 'bitrate', bitrate],
  ['Target', 'targetBitrate', bitrate],
  ['Lost', 'lossPct', inUnit('%')],
  ['Round trip', 'rttMs', inUnit('ms')],
  ['Jitter', 'jitterMs', inUnit('ms')],
  ['MOS', 'mos', (value) => value.toFixed(2)],
  ['Frames a second', 'fps', inUnit('')],
  ['Width', 'width', whole],
  ['Height', 'height', whole],
  ['Freezes', 'freezeCount', whole],
  ['Frozen', 'freezePct', inUnit('%')],
  ['Held back by CPU', 'cpuPct', inUnit('%')],
  ['By bandwidth', 'bandwidthPct', inUnit('%')],
  ['Otherwise', 'otherPct', inUnit('%')],
  ['To encode a frame', 'encodeMs', inUnit('ms')],
  ['Made up', 'concealmentPct', inUnit('%')],
]

const HEADS = ['Audio in', 'Audio out', 'Video in', 'Video out']

/** The numbers change while one moves through the plots, and are not read out for it. */
export function NumbersCard({ series, time }: NumbersCardProps) {
  const { group, view } = time
  const [cursor, setCursor] = useState<number | null>(group.time)
  useEffect(() => {
    setCursor(group.time)
    return group.onTime(setCursor)
  }, [group])
  const end = indexFrom(series, (cursor ?? view[1]) * 1000 + 1) - 1
  const at = Math.min(Math.max(end, 0), series.length - 1)
  if (at < 0)
    return (
      <Card title="Numbers">
        <Empty>No poll yet.</Empty>
      </Card>
    )
  const when = showTime(series.times[at] ?? 0, Date.now())
  const rows = ROWS.filter(([, measure]) => WAYS.some((way) => series.isKnown(`${way}.${measure}`)))
  const path = series.pathAt(at)
  const wholeOf = (lane: 'score' | 'rttMs' | 'availableBitrate' | 'lateMs', show: Show) =>
    shown(series.lane(lane)[at] as number, show)
  return (
    <Card
      title="Numbers"
      beside={
        <span class="quiet figures">{cursor === null ? `newest in view, ${when}` : when}</span>
      }
    >
      <Facts
        isInline
        facts={[
          { name: 'Score', value: wholeOf('score', (score) => score.toFixed(1)) },
          { name: 'Round trip', value: wholeOf('rttMs', inUnit('ms')) },
          { name: 'Available', value: wholeOf('availableBitrate', bitrate) },
          { name: 'Path', value: path === null ? UNKNOWN : pathInWords(path) },
          { name: 'Arrived after', value: wholeOf('lateMs', (ms) => inUnit('s')(ms / 1000)) },
        ]}
      />
      <div class="numbers-box">
        <table class="numbers figures">
          <caption class="aside">{`Numbers of the poll at ${when}`}</caption>
          <thead>
            <tr>
              <td />
              {HEADS.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Codec</th>
              {WAYS.map((way, wayAt) => (
                <td key={way}>{series.codecAt(wayAt, at) ?? UNKNOWN}</td>
              ))}
            </tr>
            {rows.map(([name, measure, show]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {WAYS.map((way) => (
                  <td key={way}>{shown(series.lane(`${way}.${measure}`)[at] as number, show)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

function shown(value: number, show: Show): string {
  return Number.isNaN(value) ? UNKNOWN : show(value)
}
