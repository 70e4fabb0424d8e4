// Which call an item belongs to, and when a call is over.
import { describe, expect, it } from 'vitest'
import type { KeptItem } from '../collector/src/facts.ts'
import type { RoomState } from '../collector/src/rooms/room.ts'
import type { Rooms } from '../collector/src/rooms/rooms.ts'
import {
  callAt,
  createPage,
  emitAll,
  newRooms,
  outbound,
  recordsOf,
  takeAll,
} from './room-items.ts'

const T = Date.parse('2026-03-01T10:00:00.000Z')
const HOUR = 3_600_000

const named = (roomId: string) => ({ facts: { roomId } })
/** A page whose app has named no room: it is the session. */
const unnamed = (producer: string) => createPage(producer, { roomId: `session of ${producer}` })

/** Received so much later than it was captured. */
const late = (items: readonly KeptItem[], receivedAt: number): KeptItem[] =>
  items.map((kept) => ({ ...kept, receivedAt }))

const dueAt = (rooms: Rooms, ms: number): number => rooms.due(ms).length

describe('when a room is closed', () => {
  it('ten seconds after everybody has left', () => {
    const rooms = newRooms()
    takeAll(rooms, callAt(T))
    expect([dueAt(rooms, T + 19_999), dueAt(rooms, T + 20_000)]).toEqual([0, 1])
  })

  it('a connection that was closed is one that has left', () => {
    const rooms = newRooms()
    const page = createPage('page')
    page.join(T, 100)
    page.event(T + 1000, 'connectionStateChange', { state: 'closed' })
    takeAll(rooms, page.items)
    expect([dueAt(rooms, T + 10_999), dueAt(rooms, T + 11_000)]).toEqual([0, 1])
  })

  it('two minutes after the last item where somebody just fell silent', () => {
    const rooms = newRooms()
    takeAll(rooms, callAt(T).slice(0, -1))
    expect([dueAt(rooms, T + 129_999), dueAt(rooms, T + 130_000)]).toEqual([0, 1])
  })

  it('what was emitted is due again only when something came since, with a revision more', () => {
    const rooms = newRooms()
    const items = callAt(T)
    takeAll(rooms, items.slice(0, 4))
    takeAll(rooms, late(items.slice(-1), T + 10_000))
    const [first] = emitAll(rooms)
    expect(first).toMatchObject({ revision: 0, record: { peers: [{ stats: { score: null } }] } })
    expect(first?.record).not.toHaveProperty('revision')
    expect(dueAt(rooms, Infinity)).toBe(0)
    takeAll(rooms, late(items.slice(4, 5), T + 5 * HOUR))
    expect(dueAt(rooms, T + 5 * HOUR)).toBe(0)
    const [again] = emitAll(rooms)
    expect(again).toMatchObject({ revision: 1, record: { revision: 1 } })
    expect(again?.record.peers[0]?.stats.audio.send.bitrate).toBe(8)
  })

  it('a start that was told stays, whatever comes later of what was before', () => {
    const rooms = newRooms()
    const items = callAt(T)
    takeAll(rooms, late(items.slice(4), T + HOUR))
    const [first] = emitAll(rooms)
    takeAll(rooms, late(items.slice(0, 4), T + 2 * HOUR))
    const [again] = emitAll(rooms)
    expect(first?.record.start_time).toBe(new Date(T + 10_000).toISOString())
    expect(again?.record.start_time).toBe(first?.record.start_time)
    expect(again?.record.peers[0]?.start_time).toBe(new Date(T).toISOString())
  })
})

describe('which call an item belongs to', () => {
  it('two calls in one room at different times are two', () => {
    const items = [...callAt(T), ...callAt(T + HOUR, createPage('other'))]
    expect(recordsOf(items).map(({ start_time, users }) => [start_time, users])).toEqual([
      [new Date(T).toISOString(), 1],
      [new Date(T + HOUR).toISOString(), 1],
    ])
  })

  it('what an offline page had of the first goes to the first, even while the second is open', () => {
    const second = callAt(T + HOUR, createPage('second')).slice(0, -1)
    const offline = callAt(T + 1000, createPage('offline'), { peerId: 'bob' })
    const items = [...callAt(T), ...second, ...late(offline, T + HOUR + 20_000)]
    expect(recordsOf(items).map(({ peers }) => peers.map(({ peer_id }) => peer_id))).toEqual([
      ['alice', 'bob'],
      ['alice'],
    ])
  })

  it('somebody whose clock is wrong is in the call that goes on', () => {
    const wrong = callAt(T - HOUR, createPage('wrong'), { peerId: 'bob' })
    const items = [...callAt(T).slice(0, -1), ...late(wrong, T + 10_000)]
    expect(recordsOf(items).map(({ users }) => users)).toEqual([2])
  })

  it('a page that names its room late takes along what it has', () => {
    const rooms = newRooms()
    const page = unnamed('page')
    const items = callAt(T, page)
    page.items.splice(-2)
    page.poll(T + 10_000, outbound(T + 10_000, 10_000), named('standup'))
    takeAll(rooms, items)
    const { saved, removed } = rooms.changed()
    expect([saved.map(({ roomId }) => roomId), removed]).toEqual([
      ['standup'],
      [`session of page ${new Date(T).toISOString()}`],
    ])
    const [emitted] = emitAll(rooms)
    expect(emitted?.record).toMatchObject({ room_id: 'standup', duration: 10 })
    expect(emitted?.record.peers[0]?.stats).toMatchObject({
      call_setup_time: 100,
      audio: { send: { bitrate: 8 } },
    })
  })

  it('but not once its own room was told', () => {
    const rooms = newRooms()
    const items = callAt(T, unnamed('page'))
    takeAll(rooms, items)
    emitAll(rooms)
    const [last] = items.slice(-2)
    if (last) rooms.take({ ...last, facts: { ...last.facts, roomId: 'standup' } })
    expect(emitAll(rooms).map(({ record }) => record.room_id)).toEqual(['session of page'])
  })

  it('the first room that was named holds', () => {
    const page = createPage('page')
    page.join(T, 100, named('one'))
    page.leave(T + 1000, named('two'))
    expect(recordsOf(page.items).map(({ room_id }) => room_id)).toEqual(['one'])
  })

  it('what was captured longer ago than the window is counted, and in no room', () => {
    const rooms = newRooms()
    takeAll(rooms, late(callAt(T), T + 24 * HOUR + 20_000))
    takeAll(rooms, late(callAt(T + 60 * HOUR, createPage('future')), T + 30 * HOUR))
    expect(rooms.counts()).toMatchObject({ rooms: 0, refused: { tooLate: 12 } })
  })

  it('a room is forgotten when nothing in time can belong to it, and says so', () => {
    const rooms = newRooms()
    takeAll(rooms, callAt(T))
    expect(rooms.forget(T + 48 * HOUR)).toEqual([])
    emitAll(rooms)
    expect(rooms.forget(T + 20_000 - 1)).toEqual([])
    const ids = rooms.forget(T + 20_000)
    expect(ids).toEqual([`room ${new Date(T).toISOString()}`])
    expect(rooms.changed()).toEqual({ saved: [], removed: ids })
    expect(rooms.counts()).toMatchObject({ rooms: 0, connections: 0 })
  })
})

it('the state of a room is JSON, and goes on from there', () => {
  const items = callAt(T)
  const [whole] = recordsOf(items)
  let states: RoomState[] = []
  for (const kept of items) {
    const rooms = newRooms()
    rooms.restore(states)
    rooms.take(kept)
    states = JSON.parse(JSON.stringify(rooms.changed().saved)) as RoomState[]
  }
  const rooms = newRooms()
  rooms.restore(states)
  expect(emitAll(rooms)[0]?.record).toEqual(whole)
})
