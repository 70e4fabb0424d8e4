// One stream of a peer: its number, its plot, and its other numbers beside.
import { useMemo } from 'preact/hooks'
import { Facts } from '../collector/page/ui/facts.tsx'
import { inWords, showBitrate, showNumber, showShort } from '../collector/page/ui/format.ts'
import type { Shown } from '../collector/page/ui/format.ts'
import { TimePlot } from '../collector/page/ui/time-plot.tsx'
import { latest, windowOf } from './samples.ts'
import type { Samples } from './samples.ts'
import { MEASURES } from './streams.ts'
import type { Measure, StreamName } from './streams.ts'
import './stream-row.css'

const TITLES: Record<StreamName, string> = {
  'video-out': 'Video out',
  'video-in': 'Video in',
  'audio-out': 'Audio out',
  'audio-in': 'Audio in',
}

/** The least top of each scale: 64 kbit/s, 2 %, 10 ms, 4 ms. */
const LEAST: Record<Measure, number> = { bitrate: 64_000, loss: 2, jitter: 10, rtt: 4 }

interface StreamRowProps {
  readonly name: StreamName
  /** Whose it is. */
  readonly peer: string
  readonly samples: Samples<Measure>
  readonly media: string
  /** Which of the measures is large, and plotted. */
  readonly measure: Measure
}

export function StreamRow({ name, peer, samples, media, measure }: StreamRowProps) {
  const { times, values } = samples
  const kind = name.startsWith('video') ? 'video' : 'audio'
  const { value, unit } = show(measure, latest(values[measure]))
  const others = MEASURES.filter((each) => each !== measure)
  const plot = useMemo(
    () => ({
      label: `${peer}, ${TITLES[name].toLowerCase()}: ${measure}, last minute`,
      series: [
        {
          label: measure,
          color: `--${kind}`,
          show: (number: number) => inWords(show(measure, number)),
          isFilled: true,
          // Some are reported every few seconds only.
          isSpanning: true,
        } as const,
      ],
      leastTop: LEAST[measure],
      axis: (number: number) => axisOf(measure, number),
      viewOf: windowOf,
      isStill: true,
    }),
    [measure],
  )
  return (
    <li class="stream" data-kind={kind}>
      <div class="reading">
        <h3>{TITLES[name]}</h3>
        <p class="large figures">
          <strong>{value}</strong> <span>{unit}</span>
        </p>
      </div>
      <TimePlot
        key={measure}
        options={plot}
        data={{ times, values: [values[measure]] }}
        version={times}
      />
      <p class="media quiet">{media}</p>
      <Facts
        isInline
        facts={others.map((each) => ({
          name: each,
          value: inWords(show(each, latest(values[each]))),
        }))}
      />
    </li>
  )
}

function show(measure: Measure, number: number | null): Shown {
  return measure === 'bitrate' ? showBitrate(number) : showNumber(number, unitOf(measure))
}

function axisOf(measure: Measure, number: number): string {
  return measure === 'bitrate' ? showShort(number) : `${number} ${unitOf(measure)}`
}

function unitOf(measure: Exclude<Measure, 'bitrate'>): string {
  return measure === 'loss' ? '%' : 'ms'
}
