// What blocks come to: the milliseconds that a contender takes of the main thread for a poll.
import type { Blocks } from './blocks.ts'
import type { ContenderName } from './contenders.ts'

export interface Figure {
  /** Of the quietest block. */
  readonly quietestMs: number
  readonly medianMs: number
}

export type Figures = ReadonlyMap<ContenderName, Figure>

/** The idle loop is subtracted of all: everybody is woken once a poll, and nobody pays for that. */
export function figuresOf(blocks: Blocks): Figures {
  const idle = summary(blocks.get('idle') ?? [])
  return new Map(
    [...blocks].map(([name, values]) => {
      const { quietestMs, medianMs } = summary(values)
      return [
        name,
        { quietestMs: quietestMs - idle.quietestMs, medianMs: medianMs - idle.medianMs },
      ]
    }),
  )
}

function summary(values: readonly number[]): Figure {
  return { quietestMs: Math.min(...values), medianMs: median(values) }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const [low = NaN, high = NaN] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]]
  return (low + high) / 2
}
