// The whole call in one strip: what of it is in view, and the way to elsewhere.
import { useMemo, useRef } from 'preact/hooks'
import type { Marks } from '../series/marks.ts'
import type { Series } from '../series/series.ts'
import { windowKey, windowOf } from '../series/window.ts'
import type { TimeWindow } from '../time-window.ts'
import { Button } from '../ui/button.tsx'
import { showShort } from '../ui/format.ts'
import type { PlotGroup } from '../ui/plot-group.ts'
import { PLOT_INSETS } from '../ui/plot-options.ts'
import { LEAST_SPAN_SEC } from '../ui/plot-scale.ts'
import type { Span } from '../ui/plot-scale.ts'
import { TimePlot } from '../ui/time-plot.tsx'
import './overview.css'

/** What the strip is of. */
export interface OverviewProps {
  readonly series: Series
  readonly marks: Marks
  readonly time: TimeWindow
}

const POINTS = 600
const LABEL = 'The whole call: score, 0 to 10'

/** A stretch of it is chosen by dragging over it, and moved by dragging the frame. */
export function Overview({ series, marks, time }: OverviewProps) {
  const lastStep = useRef(1)
  const seen = useMemo(() => {
    const { times, values, step } = windowOf(series, ['score'], [0, Infinity], POINTS)
    lastStep.current = step
    return { times, values: [values['score'] ?? []] }
  }, [series, windowKey(series, lastStep.current)])
  const version = useMemo(() => ({}), [seen, marks])
  const options = useMemo(
    () => ({
      label: LABEL,
      series: [
        {
          ...({ label: 'score', color: '--plot-5', isFilled: true } as const),
          show: (score: number) => score.toFixed(1),
        },
      ],
      ...{ leastTop: 10, axis: showShort, group: wholeGroup(time.group), viewOf: time.wholeOf },
    }),
    [time.group],
  )
  const { view, whole } = time
  const width = view[1] - view[0]
  const move = (bySec: number): void => time.group.setZoom(within(whole, view[0] + bySec, width))
  const scale = (factor: number): void => {
    const next = Math.max(width * factor, LEAST_SPAN_SEC)
    const from = (view[0] + view[1] - next) / 2
    time.group.setZoom(next >= whole[1] - whole[0] ? null : within(whole, from, next))
    if (next >= whole[1] - whole[0]) time.setRange('all')
  }
  return (
    <div class="overview">
      <div class="overview-strip">
        <TimePlot options={options} data={seen} marks={marks.video} version={version} />
        <Frame time={time} />
      </div>
      <div class="overview-buttons">
        <Button onPress={() => move(-width / 2)}>
          <span aria-hidden="true">←</span> Earlier
        </Button>
        <Button onPress={() => move(width / 2)}>
          Later <span aria-hidden="true">→</span>
        </Button>
        <Button onPress={() => scale(0.5)}>Closer</Button>
        <Button onPress={() => scale(2)}>Further away</Button>
      </div>
    </div>
  )
}

interface Grabbed {
  readonly x: number
  readonly from: number
  readonly perPx: number
}

/** Around what is in view; the keyboard has the buttons. */
function Frame({ time }: { readonly time: TimeWindow }) {
  const { view, whole, group } = time
  const grabbed = useRef<Grabbed | null>(null)
  const all = whole[1] - whole[0]
  const width = view[1] - view[0]
  if (width >= all) return null
  const share = (sec: number): number => Math.min(Math.max((sec - whole[0]) / all, 0), 1)
  const [left, right] = [share(view[0]), share(view[1])]
  const room = `(100% - ${PLOT_INSETS.left + PLOT_INSETS.right}px)`
  return (
    <div
      class="overview-frame"
      aria-hidden="true"
      style={{
        left: `calc(${PLOT_INSETS.left}px + ${left} * ${room})`,
        width: `calc(max(6px, ${right - left} * ${room}))`,
      }}
      onPointerDown={(event) => {
        const { currentTarget, clientX: x, pointerId } = event
        currentTarget.setPointerCapture(pointerId)
        const px = currentTarget.offsetWidth / Math.max(right - left, 1e-6)
        grabbed.current = { x, from: view[0], perPx: all / px }
      }}
      onPointerMove={({ clientX }) => {
        const { current } = grabbed
        if (!current) return
        group.setZoom(within(whole, current.from + (clientX - current.x) * current.perPx, width))
      }}
      onPointerUp={() => (grabbed.current = null)}
      onPointerCancel={() => (grabbed.current = null)}
    />
  )
}

/** The cursor is that of the other plots, and what is chosen here is shown there; the strip itself stays whole. */
function wholeGroup(group: PlotGroup): PlotGroup {
  return {
    key: group.key,
    zoom: null,
    setZoom: (zoom) => group.setZoom(zoom),
    onZoom: () => () => undefined,
    get time() {
      return group.time
    },
    // Its points are too far apart to say which poll it is.
    setTime: () => undefined,
    onTime: (listener) => group.onTime(listener),
  }
}

function within([first, last]: Span, from: number, width: number): Span {
  const begin = Math.max(first, Math.min(from, last - width))
  return [begin, begin + width]
}
