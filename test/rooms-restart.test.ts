// A collector that is started again goes on as if it never stopped: what it wrote down is all that it needs.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { KeptItem } from '../collector/src/facts.ts'
import type { RoomState } from '../collector/src/rooms/room.ts'
import { TIMES } from './long.ts'
import { itemsOf, page, START_MS } from './room-call.ts'
import { newRooms } from './room-items.ts'

const DAY = 86_400_000
const LIMITS = { peersPerRoom: 3, connectionsPerRoom: 4 }

/** How an item arrives: when, how long after the one before, and what its page calls its room by then. */
const fate = fc.record({
  order: fc.nat(),
  afterMs: fc.constantFrom(0, 0, 0, 1000, 130_000, 3_600_000),
  roomId: fc.constantFrom(undefined, undefined, 'one', 'two'),
  isRestarted: fc.boolean(),
})
type Fate = typeof fate extends fc.Arbitrary<infer Value> ? Value : never

const arrivals = fc
  .tuple(fc.array(page, { minLength: 1, maxLength: 3 }), fc.infiniteStream(fate))
  .map(([pages, stream]) => {
    const fates = stream[Symbol.iterator]()
    let receivedAt = START_MS + 60_000
    return pages
      .flatMap((each, index) => itemsOf(each, `page ${index}`))
      .map((kept) => ({ kept, ...(fates.next().value as Fate) }))
      .sort((one, other) => one.order - other.order)
      .map(({ kept, afterMs, roomId = kept.sessionId, isRestarted }) => {
        receivedAt += afterMs
        const arrived: KeptItem = { ...kept, receivedAt, facts: { ...kept.facts, roomId } }
        return { arrived, isRestarted }
      })
  })

/** Everything that is written, in its order; each time as JSON, as it would be on a disk. */
function run(items: readonly { arrived: KeptItem; isRestarted: boolean }[], canRestart: boolean) {
  const disk = new Map<string, string>()
  const written: string[] = []
  let rooms = newRooms({ limits: LIMITS })
  const save = (): void => {
    const { saved, removed } = rooms.changed()
    for (const state of saved) disk.set(state.id, JSON.stringify(state))
    for (const id of removed) disk.delete(id)
  }
  const work = (now: number): void => {
    for (const id of rooms.due(now)) written.push(JSON.stringify(rooms.emit(id)))
    for (const id of rooms.forget(now - DAY)) written.push(`forgot ${id}`)
    save()
  }
  for (const { arrived, isRestarted } of items) {
    work(arrived.receivedAt)
    rooms.take(arrived)
    save()
    if (!canRestart || !isRestarted) continue
    rooms = newRooms({ limits: LIMITS })
    // Whatever order a store gives them in.
    rooms.restore([...disk.values()].toReversed().map((json) => JSON.parse(json) as RoomState))
  }
  work(Infinity)
  return { written, disk: [...disk.keys()].sort(), counts: rooms.counts().rooms }
}

it('records, revisions and what is forgotten are the same to the byte, wherever it was started again', () => {
  fc.assert(
    fc.property(arrivals, (items) => {
      expect(run(items, true)).toEqual(run(items, false))
    }),
    { numRuns: 50 * TIMES },
  )
})
