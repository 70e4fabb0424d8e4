// The plots of a connection under one time axis, and the buttons that say what of it is in view.
import { useMemo, useRef } from 'preact/hooks'
import { PLOT_PARTS, PLOTTED } from '../plot-kinds.ts'
import type { PlotKind } from '../plot-kinds.ts'
import type { Marks } from '../series/marks.ts'
import type { Series } from '../series/series.ts'
import { windowKey, windowOf } from '../series/window.ts'
import type { SeriesWindow } from '../series/window.ts'
import type { Range, TimeWindow } from '../time-window.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { showCount, showTime } from '../ui/format.ts'
import { TimePlot } from '../ui/time-plot.tsx'
import { MarkLegend } from './mark-legend.tsx'
import { Overview } from './overview.tsx'
import './plot-board.css'

/** What the plots are of. */
export interface PlotBoardProps {
  readonly series: Series
  readonly marks: Marks
  readonly time: TimeWindow
  readonly isLive: boolean
}

const RANGES: readonly (readonly [Range | 'zoom', string])[] = [
  ['all', 'All'],
  ['five', 'Last 5 min'],
  ['one', 'Last minute'],
]

/** Those that nothing is known of are left out. */
export function PlotBoard({ series, marks, time, isLive }: PlotBoardProps) {
  const [from, to] = time.view
  const { isZoomed, range } = time
  const step = useRef(1)
  // Followed, the end is whatever has come: a view that moves by less than a point is no other one.
  const until = isZoomed ? to * 1000 : Infinity
  const since = isZoomed || range !== 'all' ? from * 1000 : 0
  const key = windowKey(series, step.current)
  const seen = useMemo(() => windowOf(series, PLOTTED, [since, until]), [series, key, since, until])
  step.current = seen.step
  const options = isZoomed ? [...RANGES, ['zoom', 'Chosen'] as const] : RANGES
  return (
    <section class="board" aria-label="Plots">
      <div class="card board-head">
        <div class="board-line">
          <h2>Over time</h2>
          <Choice
            label="Show"
            options={options}
            value={isZoomed ? 'zoom' : range}
            onChoose={(chosen) => chosen !== 'zoom' && time.setRange(chosen)}
          />
          {isZoomed && isLive && (
            <Button onPress={() => time.setRange(range)}>Follow the call</Button>
          )}
          <p class="board-span figures">
            {`${showTime(from * 1000, Date.now())} to ${showTime(to * 1000, Date.now())}`}
            {isLive && !isZoomed && ', following'}
          </p>
        </div>
        <Overview series={series} marks={marks} time={time} />
        <MarkLegend />
        {seen.step > 1 && (
          <p class="board-note quiet">
            {`Each point is the worst of ${seen.step} polls: zoom in to see each of them.`}
          </p>
        )}
        {series.merged > 0 && (
          <p class="board-note quiet">
            {`The call is long: ${showCount(series.merged)} of its oldest polls are shown as one with the poll beside them, at the worse of the two.`}
          </p>
        )}
      </div>
      {PLOT_PARTS.map(({ title, plots }) => {
        const known = plots.filter(({ lines }) => lines.some(({ lane }) => series.isKnown(lane)))
        if (known.length === 0) return null
        return (
          <div key={title} class="card board-part">
            <h2>{title}</h2>
            <div class="board-plots">
              {known.map((kind) => (
                <OnePlot
                  key={kind.title}
                  {...{ kind, series, seen, time }}
                  marks={marks[kind.marks]}
                />
              ))}
            </div>
          </div>
        )
      })}
    </section>
  )
}

interface OnePlotProps {
  readonly kind: PlotKind
  readonly series: Series
  readonly seen: SeriesWindow
  readonly marks: Marks['all']
  readonly time: TimeWindow
}

function OnePlot({ kind, seen, marks, time }: OnePlotProps) {
  const { title, lines, leastTop, axis } = kind
  const { times, values } = seen
  const version = useMemo(() => ({}), [seen, marks])
  return (
    <div class="board-plot">
      <h3>{title}</h3>
      <TimePlot
        options={{ label: title, series: lines, leastTop, axis, ...groupOf(time) }}
        data={{ times, values: lines.map(({ lane }) => values[lane] ?? []) }}
        marks={marks}
        version={version}
      />
    </div>
  )
}

function groupOf({ group, viewOf }: TimeWindow) {
  return { group, viewOf }
}
