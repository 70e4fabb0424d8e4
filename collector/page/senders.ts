// Who sent the items of some connections: each once, though a page has many connections.
import type { ConnectionView, ProducerView } from '../src/live/views.ts'

/** One exporter in one page load, and what of it is not here. */
export interface Sender extends ProducerView {
  readonly key: string
}

/** In the order in which they come. */
export function sendersOf(connections: readonly ConnectionView[]): Sender[] {
  const senders = new Map<string, Sender>()
  for (const { sessionId, from } of connections) {
    // Plain bodies have no producer: those of one session are taken as one.
    const key = JSON.stringify([sessionId, from.producer])
    if (!senders.has(key)) senders.set(key, { ...from, key })
  }
  return [...senders.values()]
}

/** Of all of them. */
export function missingOf(senders: readonly Sender[]): number {
  return senders.reduce((sum, { missing }) => sum + missing, 0)
}

/** Of all of them, whatever the reason. */
export function droppedOf(senders: readonly Sender[]): number {
  return senders.reduce((sum, { dropped }) => sum + total(dropped), 0)
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** `Chrome 130 on Linux`; null where neither is known. */
export function clientOf({ browser, os }: Pick<ProducerView, 'browser' | 'os'>): string | null {
  if (browser !== null && os !== null) return `${browser} on ${os}`
  return browser ?? os
}

/** `nothing waits`, `12 items wait, the oldest for 0:40`; null where the client did not say. */
export function queueInWords({ queue }: Pick<ProducerView, 'queue'>): string | null {
  if (!queue) return null
  if (queue.depth === 0) return 'nothing waits'
  const items = queue.depth === 1 ? '1 waits' : `${queue.depth} wait`
  const { oldestAgeMs } = queue
  return oldestAgeMs === null ? items : `${items}, ${Math.round(oldestAgeMs / 1000)} s`
}

/** `3 expired, 1 evicted`; empty where nothing was. */
export function droppedInWords({ dropped }: Pick<ProducerView, 'dropped'>): string {
  return Object.entries(dropped)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ')
}
