// The connections and senders that were folded last, as they are committed: who sent will send again, and need not be read.
import type { Connection, Producer } from './trace-rows.ts'

/** By what they are known by, as `keyOf` writes it; those that were folded last stand at the end. */
export interface Folded {
  readonly connections: Map<string, Connection>
  readonly producers: Map<string, Producer>
}

/** Of connections, and of senders: some kB each. Of those that are not held the rows are read. */
export const MAX_FOLDED = 2000

/** Holds nothing. */
export function newFolded(): Folded {
  return { connections: new Map(), producers: new Map() }
}

/** To be folded now. */
export function touch<Value>(held: Map<string, Value>, key: string, value: Value): void {
  held.delete(key)
  held.set(key, value)
}

/** Without those that were not folded for the longest, where there are too many. */
export function bounded(folded: Folded): Folded {
  for (const held of [folded.connections, folded.producers]) {
    for (const key of held.keys()) {
      if (held.size <= MAX_FOLDED) break
      held.delete(key)
    }
  }
  return folded
}
