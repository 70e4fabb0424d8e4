// The option `headers`: asked for by the worker, and known to the page for the moment at which nobody can be asked.
import { stringMap } from './check.ts'
import type { Headers } from './terms.ts'

export interface HeaderSource {
  /** What was given last; null while nothing was. */
  readonly known: Headers | null
  /** Rejects where the app's own function does, or gives something else. */
  ask(): Promise<Headers>
  /** They are those of another user. */
  forget(): void
}

/** @throws TypeError for what is neither a function nor an object of strings */
export function headerSource(value: unknown): HeaderSource {
  if (typeof value !== 'function') {
    const known = stringMap('headers', value)
    return { known, ask: async () => known, forget() {} }
  }
  let known: Headers | null = null
  return {
    get known() {
      return known
    },
    async ask() {
      const asked = stringMap('headers()', await value())
      known = asked
      return asked
    },
    forget() {
      known = null
    },
  }
}
