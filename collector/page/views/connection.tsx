// One connection: what went wrong, its plots, its events and its numbers, followed while it runs.
import { useCallback, useMemo, useRef } from 'preact/hooks'
import type { Finding } from '../findings/finding.ts'
import { marksOf } from '../series/marks.ts'
import type { Marks } from '../series/marks.ts'
import { useTimeWindow } from '../time-window.ts'
import { showCount } from '../ui/format.ts'
import { Empty } from '../ui/notice.tsx'
import { useCall } from '../use-call.ts'
import type { Call } from '../use-call.ts'
import { useFindings } from '../use-findings.ts'
import { useStage } from '../use-stage.ts'
import { ConnectionHead } from './connection-head.tsx'
import { EventsCard } from './events-card.tsx'
import { FindingsCard } from './findings-card.tsx'
import { NumbersCard } from './numbers-card.tsx'
import { PlotBoard } from './plot-board.tsx'
import { Streamed } from './stream-notice.tsx'
import './connection.css'

/** What is shown. */
export interface ConnectionProps {
  readonly id: number
  readonly isLive: boolean
}

/** The head, the plots, the events, the numbers. */
const LAST_STAGE = 3

/** For another connection it needs another `key`. */
export function Connection({ id, isLive }: ConnectionProps) {
  const call = useCall(id)
  const { connection, series, events, isCaughtUp, state } = call
  const findings = useFindings(call)
  const time = useTimeWindow(connection)
  const board = useRef<HTMLDivElement>(null)
  const stage = useStage(connection !== null, LAST_STAGE)
  const marks = useMarks(call)
  const showTime = useCallback(
    (from: number, to: number) => {
      time.show(from, to)
      bringUp(board.current)
    },
    [time.group],
  )
  const showFinding = useCallback(({ from, to }: Finding) => showTime(from, to), [showTime])
  const showAt = useCallback((at: number) => showTime(at, at), [showTime])
  return (
    <Streamed state={state}>
      {!connection && state.status !== 'gone' && <Empty>Asking the collector …</Empty>}
      {connection && (
        <div class="connection">
          <ConnectionHead {...{ connection, series, isLive }} />
          <div class="connection-findings">
            <FindingsCard findings={findings} isLive={isLive} onShow={showFinding} />
          </div>
          <div class="connection-plots" ref={board}>
            {!isCaughtUp && series.length < connection.polls && (
              <p class="quiet">{`${showCount(series.length)} of ${showCount(connection.polls)} polls read …`}</p>
            )}
            {series.length === 0 && isCaughtUp ? (
              <Empty>It has no polls (yet): only events came.</Empty>
            ) : (
              stage > 0 && <PlotBoard series={series} marks={marks} time={time} isLive={isLive} />
            )}
          </div>
          <div class="connection-rest">
            {stage > 1 && <EventsCard events={events} onShow={showAt} />}
            {stage === LAST_STAGE && <NumbersCard series={series} time={time} />}
          </div>
        </div>
      )}
    </Streamed>
  )
}

/** The same object as long as it would say the same: the plots need not be drawn for it. */
function useMarks({ series, events }: Call): Marks {
  const before = useRef<Marks | null>(null)
  return useMemo(() => {
    const marks = marksOf(series, events.all)
    if (!before.current || !isSame(before.current, marks)) before.current = marks
    return before.current
  }, [series, series.version, events, events.version])
}

/** Each stretch and each event adds to their number, or moves the end of the last one. */
function isSame(one: Marks, other: Marks): boolean {
  return (['all', 'video', 'audio'] as const).every(
    (name) =>
      one[name].length === other[name].length &&
      one[name].every((mark, at) => {
        const its = other[name][at]
        return mark.kind === its?.kind && mark.from === its.from && mark.to === its.to
      }),
  )
}

/** On a narrow screen the plots are far below what leads to them. */
function bringUp(board: HTMLElement | null): void {
  const { top = 0, bottom = 0 } = board?.getBoundingClientRect() ?? {}
  if (top > innerHeight * 0.7 || bottom < 100) board?.scrollIntoView({ block: 'start' })
}
