// What the worker itself makes: one numbering for all of it, for it is of one producer (`<producer>.w<n>`).
import type { Item } from '../src/wire.ts'
import type { Clock } from './clock.ts'

/** What an item says; it is about no peer where none is named. */
type Said = Pick<Item, 'event' | 'tag' | 'data'> & Partial<Pick<Item, 'peerId' | 'peerName'>>

/** Makes the next item of the worker's own producer. Each that is made is to be kept: a `seq` that is missing is a loss. */
export type NextItem = (said: Said) => Item

/** The numbering begins at 0: there is one of these in a worker. */
export function createOwnItems(clock: Clock, intervalMs: () => number): NextItem {
  let seq = 0
  return ({ event, tag, peerId = null, peerName = null, data }) => ({
    event,
    tag,
    peerId,
    peerName,
    pcId: null,
    seq: seq++,
    timestamp: new Date(clock.now()).toISOString(),
    interval: intervalMs(),
    data,
  })
}
