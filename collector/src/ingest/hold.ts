// How many bytes of bodies are held at once, of all clients and of one source: a body is let go when it is answered.

export interface Hold {
  /** False where there is no room; what was held before stays so. */
  grow(bytes: number): boolean
  /** Counts what is there already, room or no room. */
  add(bytes: number): void
  /** Lets go of all of it. Once is enough, twice does no harm. */
  release(): void
}

/** A hold of nothing yet. */
type OpenHold = (source: string | null) => Hold

export interface Holds {
  readonly openHold: OpenHold
  /** What all of them hold. */
  heldBytes(): number
}

export interface HoldLimits {
  readonly maxBytes: number
  /** Less: one source that sends half of many bodies leaves room for the others. */
  readonly maxBytesPerSource: number
}

/** One plain sentence; it comes with 503. */
export const NO_ROOM = 'Too many bodies are on their way: try again later.'

export function createHolds({ maxBytes, maxBytesPerSource }: HoldLimits): Holds {
  /** Only those that hold something. */
  const bySource = new Map<string | null, number>()
  let total = 0
  const openHold: OpenHold = (source) => {
    let held = 0
    const add = (bytes: number): void => {
      held += bytes
      total += bytes
      const own = (bySource.get(source) ?? 0) + bytes
      if (own === 0) bySource.delete(source)
      else bySource.set(source, own)
    }
    return {
      grow(bytes) {
        const own = (bySource.get(source) ?? 0) + bytes
        if (total + bytes > maxBytes || (source !== null && own > maxBytesPerSource)) return false
        add(bytes)
        return true
      },
      add,
      release: () => add(-held),
    }
  }
  return { openHold, heldBytes: () => total }
}
