// A connection of the collector with all its moments: what there is, and what comes while the call runs.
import { useEffect, useState } from 'preact/hooks'
import type { ConnectionView } from '../src/live/views.ts'
import { follow } from './follow.ts'
import type { FollowState } from './follow.ts'
import { createEvents } from './series/events.ts'
import type { Events } from './series/events.ts'
import { createSeries } from './series/series.ts'
import type { Series } from './series/series.ts'

/** What is known of a connection. */
export interface Call {
  /** Null until it came. */
  readonly connection: ConnectionView | null
  readonly series: Series
  readonly events: Events
  /** All that was kept has come; what comes now is news. */
  readonly isCaughtUp: boolean
  readonly state: FollowState
}

/** Plots that move more often are no better read. */
const DRAW_MS = 500

/** Another object after each change, twice a second at most and never in a hidden page. */
export function useCall(id: number): Call {
  const [call, setCall] = useState<Call>(() => ({
    connection: null,
    series: createSeries(),
    events: createEvents(),
    isCaughtUp: false,
    state: { status: 'opening' },
  }))
  useEffect(() => {
    let next: Call = { ...call, series: createSeries(), events: createEvents(), connection: null }
    let timer: ReturnType<typeof setTimeout> | undefined
    /** Of a stream that began anew: what is shown stays until all of it has come again. */
    let again: Pick<Call, 'series' | 'events'> | null = null

    const draw = (): void => {
      timer = undefined
      if (!document.hidden) setCall(next)
    }
    const change = (changed: Partial<Call>): void => {
      next = { ...next, ...changed }
      timer ??= setTimeout(draw, DRAW_MS)
    }
    const onShown = (): void => {
      if (!document.hidden) setCall(next)
    }
    document.addEventListener('visibilitychange', onShown)
    const end = follow(
      `live/connections/${id}`,
      {
        connection: (connection) => change({ connection }),
        moments: (moments) => {
          const { series, events } = again ?? next
          series.add(moments)
          events.add(moments)
          change({})
        },
        'caught-up': () => {
          change({ ...again, isCaughtUp: true })
          again = null
        },
      },
      {
        onState: (state) => {
          next = { ...next, state }
          setCall(next)
        },
        onBegin: () => {
          again = { series: createSeries(), events: createEvents() }
          if (!next.isCaughtUp) change(again)
        },
      },
    )
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onShown)
      end()
    }
  }, [id])
  return call
}
