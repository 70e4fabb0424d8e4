// What a collector counts and measures of itself and of the calls, in a registry of its own, for Prometheus to scrape.
import { Registry } from 'prom-client'
import type { Put } from '../store/store.ts'
import { createCallEvents } from './call-events.ts'
import { createCallQuality } from './call-quality.ts'
import { createIngest } from './ingest.ts'
import type { Ingest } from './ingest.ts'
import { createLevels } from './levels.ts'
import type { Readings } from './levels.ts'
import { createMeasure } from './measure.ts'
import { watchProcess } from './process.ts'

export interface Exposition {
  readonly text: string
  readonly contentType: string
}

export interface Meter extends Ingest {
  /** Takes what was kept, right after it was: each poll and each event counts once. It never throws. */
  kept(put: Pick<Put, 'items' | 'replacing'>): void
  /** All of it, as Prometheus reads it. */
  expose(readings: Readings): Promise<Exposition>
}

/** Holds nothing but numbers: no timer, no observer, nothing that is to be ended. */
export function createMeter(): Meter {
  const registry = new Registry()
  const ingest = createIngest(registry)
  const setLevels = createLevels(registry)
  const measure = createMeasure(registry)
  const countEvent = createCallEvents(registry, measure)
  const judgeCall = createCallQuality(registry, measure)
  const readProcess = watchProcess(registry)

  return {
    ...ingest,
    kept({ items, replacing }) {
      for (const kept of items) {
        const { item } = kept
        const replaced = replacing.get(kept)
        if (!replaced) countEvent(kept)
        // A page that ends sends what it can; the whole poll comes hours later, and has been judged by then, or not.
        if (item.tag === 'stats' && !replaced?.hadQuality) judgeCall(item.data)
      }
    },
    async expose(readings) {
      await readProcess()
      setLevels(readings)
      return { text: await registry.metrics(), contentType: registry.contentType }
    },
  }
}
