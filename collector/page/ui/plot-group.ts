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
}

let groups = 0

/** One for each view with linked plots; it holds nothing once the plots are gone. */
export function createPlotGroup(): PlotGroup {
  const listeners = new Set<(zoom: Span | null) => void>()
  let zoom: Span | null = null
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
  }
}
