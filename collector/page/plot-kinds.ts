// The plots of a connection: few, each of one thing, all on one time axis.
import { WAYS } from '../src/live/views.ts'
import type { Measure, Way } from '../src/live/views.ts'
import type { LaneName } from './series/lanes.ts'
import type { Marks } from './series/marks.ts'
import { inWords, showBitrate, showNumber, showShort } from './ui/format.ts'
import type { PlotSeries } from './ui/plot-text.ts'

/** A line of a plot, and where its numbers are. */
interface PlotLine extends PlotSeries {
  readonly lane: LaneName
}

/** One plot. */
export interface PlotKind {
  readonly title: string
  readonly lines: readonly PlotLine[]
  readonly leastTop: number
  readonly axis: (value: number) => string
  readonly marks: keyof Marks
}

/** Plots that belong together. */
export interface PlotPart {
  readonly title: string
  readonly plots: readonly PlotKind[]
}

type Look = Pick<PlotSeries, 'label' | 'color' | 'dash'>

/** The same in every plot: what came is whole or dotted, what was sent is dashed. */
const LOOKS: Readonly<Record<Way, Look>> = {
  'video.inbound': { label: 'video in', color: '--plot-1' },
  'video.outbound': { label: 'video out', color: '--plot-2', dash: [7, 3] },
  'audio.inbound': { label: 'audio in', color: '--plot-3', dash: [2, 2] },
  'audio.outbound': { label: 'audio out', color: '--plot-4', dash: [7, 3, 2, 3] },
}

const VIDEO: readonly Way[] = ['video.inbound', 'video.outbound']
const AUDIO: readonly Way[] = ['audio.inbound', 'audio.outbound']

const bitrate = (value: number): string => inWords(showBitrate(value))
const number = (unit: string) => (value: number) => inWords(showNumber(value, unit))
const whole = (unit: string) => (value: number) => `${Math.round(value)} ${unit}`
const seconds = (ms: number): string => inWords(showNumber(ms / 1000, 's'))

function linesOf(
  ways: readonly Way[],
  measure: Measure,
  show: (value: number) => string,
  isSpanning = false,
): PlotLine[] {
  return ways.map((way) => ({
    ...LOOKS[way],
    lane: `${way}.${measure}`,
    show,
    // A far end reports on what it got each few seconds.
    isSpanning: isSpanning && way.endsWith('outbound'),
  }))
}

/** In their order on the page. */
export const PLOT_PARTS: readonly PlotPart[] = [
  {
    title: 'Quality',
    plots: [
      {
        title: 'Score, 0 to 10',
        lines: [
          { lane: 'score', label: 'score', color: '--plot-5', show: number(''), isFilled: true },
        ],
        ...{ leastTop: 10, axis: showShort, marks: 'all' },
      },
      {
        title: 'MOS, 1 to 5',
        lines: linesOf(WAYS, 'mos', (value) => value.toFixed(2)),
        ...{ leastTop: 5, axis: showShort, marks: 'all' },
      },
    ],
  },
  {
    title: 'Video',
    plots: [
      {
        title: 'Bitrate of video, bit/s',
        lines: [
          ...linesOf(VIDEO, 'bitrate', bitrate),
          {
            ...{ lane: 'video.outbound.targetBitrate', label: 'target', show: bitrate },
            ...{ color: '--plot-6', dash: [3, 3] },
          },
          {
            ...{ lane: 'availableBitrate', label: 'available', show: bitrate },
            ...{ color: '--plot-5', dash: [1, 3] },
          },
        ],
        ...{ leastTop: 200_000, axis: showShort, marks: 'video' },
      },
      {
        title: 'Frames a second',
        lines: linesOf(VIDEO, 'fps', number('')),
        ...{ leastTop: 30, axis: showShort, marks: 'video' },
      },
      {
        title: 'Height of the picture, lines',
        lines: linesOf(VIDEO, 'height', whole('lines')),
        ...{ leastTop: 360, axis: showShort, marks: 'video' },
      },
      {
        title: 'Frozen, or held back when sent, % of the time',
        lines: [
          {
            ...{ lane: 'video.inbound.freezePct', label: 'frozen', show: whole('%') },
            ...{ color: '--plot-1', isFilled: true },
          },
          {
            ...{ lane: 'video.outbound.cpuPct', label: 'by CPU', show: whole('%') },
            ...{ color: '--plot-2', dash: [7, 3] },
          },
          {
            ...{ lane: 'video.outbound.bandwidthPct', label: 'by bandwidth', show: whole('%') },
            ...{ color: '--plot-4', dash: [2, 2] },
          },
          {
            ...{ lane: 'video.outbound.otherPct', label: 'otherwise', show: whole('%') },
            ...{ color: '--plot-5', dash: [1, 3] },
          },
        ],
        ...{ leastTop: 100, axis: showShort, marks: 'video' },
      },
      {
        title: 'Time to encode a frame, ms',
        lines: linesOf(['video.outbound'], 'encodeMs', number('ms')),
        ...{ leastTop: 40, axis: showShort, marks: 'video' },
      },
    ],
  },
  {
    title: 'Audio',
    plots: [
      {
        title: 'Bitrate of audio, bit/s',
        lines: linesOf(AUDIO, 'bitrate', bitrate),
        ...{ leastTop: 50_000, axis: showShort, marks: 'audio' },
      },
      {
        title: 'Audio made up by the browser, %',
        lines: linesOf(['audio.inbound'], 'concealmentPct', number('%')),
        ...{ leastTop: 10, axis: showShort, marks: 'audio' },
      },
    ],
  },
  {
    title: 'Network',
    plots: [
      {
        title: 'Packets lost, %',
        lines: linesOf(WAYS, 'lossPct', number('%'), true),
        ...{ leastTop: 5, axis: showShort, marks: 'all' },
      },
      {
        title: 'Round trip, ms',
        lines: [
          { lane: 'rttMs', label: 'connection', color: '--plot-5', show: whole('ms') },
          ...linesOf(['video.outbound', 'audio.outbound'], 'rttMs', whole('ms'), true),
        ],
        ...{ leastTop: 100, axis: showShort, marks: 'all' },
      },
      {
        title: 'Jitter, ms',
        lines: linesOf(WAYS, 'jitterMs', whole('ms'), true),
        ...{ leastTop: 30, axis: showShort, marks: 'all' },
      },
    ],
  },
  {
    title: 'Delivery',
    plots: [
      {
        title: 'Arrived at the collector after, s',
        lines: [
          { lane: 'lateMs', label: 'after', color: '--plot-5', show: seconds, isFilled: true },
        ],
        ...{ leastTop: 5000, axis: (ms) => showShort(ms / 1000), marks: 'all' },
      },
    ],
  },
]

/** All that the plots need. */
export const PLOTTED: readonly LaneName[] = [
  ...new Set(
    PLOT_PARTS.flatMap(({ plots }) => plots.flatMap(({ lines }) => lines.map(({ lane }) => lane))),
  ),
]
