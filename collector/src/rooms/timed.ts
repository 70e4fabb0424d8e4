// An item on its way into a room: with the time at which it was captured, and names that are no longer than may be kept.
import type { KeptItem } from '../facts.ts'
import { cut } from './read.ts'

/** An item with the time it was captured, ms. */
export interface TimedItem extends KeptItem {
  readonly atMs: number
}

/** Names come from strangers: none may be longer than what is kept of it. */
export function timedItemOf(kept: KeptItem, atMs: number): TimedItem {
  const { sessionId, producer, facts, item } = kept
  const { roomId, userId } = facts
  return {
    ...kept,
    atMs,
    sessionId: cut(sessionId),
    producer: producer && cut(producer),
    facts: { ...facts, roomId: cut(roomId), userId: userId && cut(userId) },
    item: {
      ...item,
      peerId: item.peerId && cut(item.peerId),
      ...('pcId' in item && { pcId: item.pcId && cut(item.pcId) }),
    },
  }
}
