// In whatever order the items of a call arrive, its record is that of the call as it was.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { KeptItem } from '../collector/src/facts.ts'
import type { RoomState } from '../collector/src/rooms/room.ts'
import { TIMES } from './long.ts'
import { itemsOf, page, START_MS } from './room-call.ts'
import type { Page } from './room-call.ts'
import { emitAll, newRooms } from './room-items.ts'
import { addUp, numbersOf } from './room-sums.ts'
import type { OracleWays } from './room-sums.ts'

const RECEIVED_MS = START_MS + 3_600_000

const pages = fc.array(page, { minLength: 1, maxLength: 2 })
/** What an item goes through: as bits whether it is lost, and whether partial ones came, too; when each one arrives. */
const fates = fc.infiniteStream(fc.record({ flags: fc.nat(15), at: fc.tuple(fc.nat(), fc.nat()) }))

const allItems = (all: readonly Page[]): KeptItem[] =>
  all.flatMap((each, index) => itemsOf(each, `page ${index}`))

/** As the tail of a dying page has it, or the page itself. */
function partialOf(kept: KeptItem, isFromPage: boolean): KeptItem {
  const { item } = kept
  const { audio, remote } = item.data as Record<string, Record<string, unknown[]>>
  const raw = {
    'inbound-rtp': (audio?.['inbound'] ?? []).map((stat) => ({
      ...(stat as object),
      kind: 'audio',
    })),
    'remote-inbound-rtp': remote?.['inbound'],
  }
  const metrics = { 'audio received': { intervalSec: 2, bitrate: 8000, jitterMs: 7 } }
  const data = isFromPage ? { raw, metrics: {} } : { metrics, quality: {} }
  return { ...kept, item: { ...item, partial: true, data } as KeptItem['item'] }
}

type Fates = fc.Stream<{ flags: number; at: [number, number] }>

/** Some are lost, some come as partial ones first: and then all of them in another order. */
function arrivals(items: readonly KeptItem[], stream: Fates, isAnyLost: boolean) {
  const fate = stream[Symbol.iterator]()
  const arrived = items.flatMap((kept) => {
    const { flags, at } = fate.next().value as { flags: number; at: [number, number] }
    const isLost = isAnyLost && (flags & 3) === 3
    const isEarly = kept.item.tag === 'stats' && (flags & 4) > 0
    const early = isEarly && { at: Math.min(...at), kept: partialOf(kept, (flags & 8) > 0) }
    const partials = early ? [early, early] : []
    return [...partials, ...(isLost ? [] : [{ at: Math.max(...at), kept }])]
  })
  const shuffled = arrived
    .map((each, index) => ({ ...each, index }))
    .sort((one, other) => one.at - other.at || one.index - other.index)
  return { inOrder: arrived.map(({ kept }) => kept), shuffled: shuffled.map(({ kept }) => kept) }
}

/** The records, with the collector started again in the middle. */
function recordsOf(items: readonly KeptItem[]) {
  const rooms = newRooms()
  const take = (some: readonly KeptItem[], from = rooms): void => {
    for (const kept of some) from.take({ ...kept, receivedAt: RECEIVED_MS })
  }
  const half = Math.floor(items.length / 2)
  take(items.slice(0, half))
  const again = newRooms()
  again.restore(JSON.parse(JSON.stringify(rooms.changed().saved)) as RoomState[])
  take(items.slice(half), again)
  return emitAll(again).map(({ record }) => record)
}

it('a record is the same in whatever order its items arrive, and however many came as partial ones before', () => {
  fc.assert(
    fc.property(pages, fates, (all, stream) => {
      const items = allItems(all)
      expect(recordsOf(arrivals(items, stream, false).shuffled)).toEqual(recordsOf(items))
    }),
    { numRuns: 100 * TIMES },
  )
})

it('where some never come, it does not matter in which order the others do', () => {
  fc.assert(
    fc.property(pages, fates, (all, stream) => {
      const { inOrder, shuffled } = arrivals(allItems(all), stream, true)
      expect(recordsOf(shuffled)).toEqual(recordsOf(inOrder))
    }),
    { numRuns: 100 * TIMES },
  )
})

it('a record says what is counted by going through all polls in order', () => {
  fc.assert(
    fc.property(pages, fates, (all, stream) => {
      const items = allItems(all)
      const [record] = recordsOf(arrivals(items, stream, false).shuffled)
      const users = new Map<string, OracleWays[]>()
      for (const each of new Set(items.map(connectionOf))) {
        const own = items.filter((kept) => connectionOf(kept) === each)
        const name = own[0]?.facts.userId ?? own[0]?.item.peerId
        const polls = own.filter(({ item }) => item.tag === 'stats')
        if (!name) continue
        users.set(name, [...(users.get(name) ?? []), addUp(polls)])
      }
      expect(record?.users).toBe(users.size)
      for (const { peer_id, stats } of record?.peers ?? []) {
        const connections = users.get(peer_id) ?? []
        const received = numbersOf(connections.map((ways) => ways['audio.recv']))
        const sent = numbersOf(connections.map((ways) => ways['audio.send']))
        const video = numbersOf(connections.map((ways) => ways['video.send']))
        const { rtt: _, ...ofReceived } = received
        const { mos: __, ...ofSent } = sent
        expect(stats.audio.recv).toMatchObject(ofReceived)
        expect(stats.audio.send).toMatchObject(ofSent)
        expect(stats.video.send.bitrate).toBe(video.bitrate)
      }
    }),
    { numRuns: 100 * TIMES },
  )
})

function connectionOf({ producer, item }: KeptItem): string | undefined {
  return 'pcId' in item && item.pcId !== null ? `${producer} ${item.pcId}` : undefined
}
