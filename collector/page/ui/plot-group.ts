// What plots have in common: one cursor and one zoom for all of them.
import type { Span } from './plot-scale.ts'

/** Plots of a group show the same time. */
export interface PlotGroup {
  /** Of the cursor. */
  readonly key: string
  /** Null is all of it, and follows what comes. */
  readonly zoom: Span | null
  setZoom(zoom: Span | null): void
  /** Called after each change. Returns what ends it. */
  onZoom(listener: (zoom: Span | null) => void): () => void
  /** Where the cursor is, seconds since the Unix epoch; null where it is nowhere. */
  readonly time: number | null
  setTime(time: number | null): void
  /** Called after each change. Returns what ends it. */
  onTime(listener: (time: number | null) => void): () => void
}

let groups = 0

/** One for each view with linked plots; it holds nothing once the plots are gone. */
export function createPlotGroup(): PlotGroup {
  const listeners = new Set<(zoom: Span | null) => void>()
  const timeListeners = new Set<(time: number | null) => void>()
  let zoom: Span | null = null
  let time: number | null = null
  groups += 1
  return {
    key: `plots-${groups}`,
    get zoom() {
      return zoom
    },
    setZoom(to) {
      zoom = to
      for (const listener of listeners) listener(to)
    },
    onZoom(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    get time() {
      return time
    },
    setTime(to) {
      if (to === time) return
      time = to
      for (const listener of timeListeners) listener(to)
    },
    onTime(listener) {
      timeListeners.add(listener)
      return () => void timeListeners.delete(listener)
    },
  }
}
