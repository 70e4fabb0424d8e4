// What was given up, said at most once a minute and reason, so that the news stays small.
import type { DropReason, Item } from '../src/wire.ts'
import type { Clock } from './clock.ts'
import type { NextItem } from './own-items.ts'

export interface NoticesParts {
  readonly clock: Clock
  readonly nextItem: NextItem
  readonly take: (item: Item) => void
}

const PAUSE_MS = 60_000

/** Returns `dropped(reason, count)`: an item `dropped { reason, count }` now, or with the others a minute later. */
export function createNotices({
  clock,
  nextItem,
  take,
}: NoticesParts): (reason: DropReason, count: number) => void {
  const counts = new Map<DropReason, number>()
  const paused = new Set<DropReason>()

  function say(reason: DropReason): void {
    const count = counts.get(reason) ?? 0
    counts.delete(reason)
    if (count === 0) return
    paused.add(reason)
    clock.after(PAUSE_MS, () => {
      paused.delete(reason)
      say(reason)
    })
    take(nextItem({ event: 'dropped', tag: 'exporter', data: { reason, count } }))
  }

  return (reason, count) => {
    // What was superseded is told with the next batch, so that nobody waits for it; but nothing is lost.
    if (count === 0 || reason === 'superseded') return
    counts.set(reason, (counts.get(reason) ?? 0) + count)
    if (!paused.has(reason)) say(reason)
  }
}
