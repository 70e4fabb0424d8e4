// Collaborators as they are, with their work timed and counted on the way.
import type { Store } from '../store/store.ts'
import type { Sink } from '../streams/sink.ts'
import type { Meter } from './meter.ts'

/** The same store, each of its commits timed, also one that fails. */
export function timed(
  store: Pick<Store, 'put'>,
  meter: Pick<Meter, 'committed'>,
): Pick<Store, 'put'> {
  return {
    async put(...args) {
      const began = performance.now()
      try {
        return await store.put(...args)
      } finally {
        meter.committed((performance.now() - began) / 1000)
      }
    },
  }
}

/** The same place for files, each of its answers counted. */
export function counted(sink: Sink, meter: Pick<Meter, 'delivered'>): Sink {
  return {
    name: sink.name,
    async put(...args) {
      const result = await sink.put(...args)
      meter.delivered(result.status)
      return result
    },
  }
}
