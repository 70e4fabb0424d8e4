// Whatever a stranger sends, nothing throws, no record holds what is no number, and what is held has a bound.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KeptItem } from '../collector/src/facts.ts'
import type { RoomRecord } from '../collector/src/rooms/record.ts'
import type { RoomState } from '../collector/src/rooms/room.ts'
import { TIMES } from './long.ts'
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

const number = fc.oneof(
  fc.nat(5000),
  fc.double(),
  fc.constantFrom(
    1e308,
    -1,
    -1e300,
    2 ** 53,
    2 ** 32 - 1,
    T,
    '7',
    '1e309',
    'x',
    '',
    null,
    true,
    {},
  ),
)
const id = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString', '\0', '', '\ud800', 7)
const MEMBERS = (
  'timestamp ssrc bytesSent bytesReceived packetsSent packetsReceived packetsLost jitter rtxSsrc ' +
  'retransmittedPacketsSent totalRoundTripTime roundTripTimeMeasurements roundTripTime priority ' +
  'responsesReceived currentRoundTripTime lastPacketSentTimestamp'
).split(' ')
const stat = fc.record(
  {
    ...Object.fromEntries(MEMBERS.map((member) => [member, number])),
    ...{ id, localId: id, selectedCandidatePairId: id, localCandidateId: id, type: id, url: id },
    ...{ selected: fc.boolean(), candidateType: fc.constantFrom('relay', 'host', 1), kind: id },
  },
  { requiredKeys: ['id'] },
)
const anything = fc.anything({ maxDepth: 2 })
const stats = fc.oneof({ weight: 6, arbitrary: fc.array(stat, { maxLength: 3 }) }, anything)
const ways = fc.oneof(
  { weight: 6, arbitrary: fc.record({ inbound: stats, outbound: stats }) },
  anything,
)
const METRICS = ['intervalSec', 'bitrate', 'packetRate', 'packetsLostDelta', 'lossPct', 'jitterMs']
const own = fc.record(Object.fromEntries(METRICS.map((name) => [name, number])), {
  requiredKeys: [],
})
const rated = fc.record({ mos: number, score: number, lossPct: number, rttMs: number })
const quality = fc.oneof(
  fc.record({
    audio: fc.record({ inbound: rated, outbound: rated }),
    ...{ video: anything, score: number, callSetupMs: number, clockSkewMs: number },
    selectedPair: fc.record({ path: fc.constantFrom('turn-udp', 'turn-', 'x', 1) }),
  }),
  anything,
)
const data = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        ...{ audio: ways, video: ways, remote: ways, candidatePair: stats, transport: stats },
        ...{ localCandidate: stats, remoteCandidate: stats, raw: anything, quality },
        metrics: fc.oneof(fc.dictionary(id.map(String), own), anything),
      },
      { requiredKeys: [] },
    ),
  },
  fc.record({ state: fc.constantFrom('connected', 'stable', 'closed', 1, null) }),
  anything,
)
const text = fc.constantFrom('a', 'b', '__proto__', '\0', '', 'x'.repeat(1000))
const event = fc.constantFrom(
  ...['stats', 'peerAdded', 'peerRemoved', 'signalingStateChange', 'connectionStateChange'],
)
const arrivals = fc
  .record({
    ...{ event, data, interval: fc.constantFrom(0, 2000, 1e308, -1) },
    seq: fc.oneof(fc.nat(20), fc.constantFrom(2 ** 53 - 1)),
    ...{ peerId: fc.option(text), pcId: fc.option(text), producer: fc.option(text) },
    ...{ sessionId: text, roomId: text, userId: fc.option(text), partial: fc.boolean() },
    at: fc.oneof(
      fc.nat(100_000).map((ms) => new Date(T + ms).toISOString()),
      fc.constantFrom('x', '0001-01-01T00:00:00Z'),
    ),
    ...{ keys: fc.dictionary(text, text), label: fc.option(text), exportedAt: fc.nat(3) },
  })
  .map(
    ({
      sessionId,
      producer,
      exportedAt,
      roomId,
      userId,
      keys,
      label,
      at,
      partial,
      ...rest
    }): KeptItem => {
      const { seq, interval, pcId, ...plain } = rest
      const shape = {
        ...plain,
        tag: rest.event === 'stats' ? 'stats' : 'connection',
        peerName: null,
      }
      const ours = { seq, interval, pcId, ...(partial && { partial }) }
      const devices = { audio: label, video: label }
      const location = { city: label, country: null, organization: null }
      const facts = {
        roomId,
        userId,
        keys,
        devices,
        location,
        sdkVersion: label,
        userAgent: label,
        hints: null,
        queue: null,
        dropped: {},
      }
      const item = { ...shape, timestamp: at, ...(producer === null ? {} : ours) }
      return {
        receivedAt: T,
        sessionId,
        producer,
        exportedAt,
        facts,
        item: item as KeptItem['item'],
      }
    },
  )

/** By path: what is no finite number, what is negative, what is longer than any name that is kept. */
function insaneIn(value: unknown, path = ''): string[] {
  if (typeof value === 'number')
    return Number.isFinite(value) && value >= 0 ? [] : [`${path}: ${value}`]
  if (typeof value === 'string') return value.length > 1000 ? [path] : []
  if (typeof value !== 'object' || value === null) return value === undefined ? [path] : []
  return Object.entries(value).flatMap(([name, member]) => insaneIn(member, `${path}.${name}`))
}

/** The members of it, however deep, without those of `keys`. */
const shapeOf = (record: RoomRecord): string =>
  JSON.stringify(record, (name, value: unknown) => {
    const isObject = typeof value === 'object' && value !== null
    return name === 'keys' || name === 'revision' ? undefined : isObject ? value : 0
  }).replace(/(\{"peer_id.*?"video_device":0\},?)+/, '')

it('nothing throws, and every record is whole and sane', () => {
  const [sane] = recordsOf(callAt(T)) as [RoomRecord]
  fc.assert(
    fc.property(fc.array(arrivals, { maxLength: 25 }), (items) => {
      const rooms = newRooms()
      takeAll(rooms, items)
      const again = newRooms()
      again.restore(JSON.parse(JSON.stringify(rooms.changed().saved)) as RoomState[])
      const records = emitAll(rooms).map(({ record }) => record)
      for (const record of records) {
        expect(insaneIn(record)).toEqual([])
        expect(shapeOf(record)).toBe(shapeOf(sane))
      }
      expect(emitAll(again).map(({ record }) => record)).toEqual(records)
    }),
    { numRuns: 300 * TIMES },
  )
})

it('a key named __proto__ is a key', () => {
  const keys = JSON.parse('{"__proto__":"x"}') as Record<string, string>
  const [record] = recordsOf(callAt(T, createPage('__proto__', { keys }), { peerId: '__proto__' }))
  expect(record?.peers[0]?.peer_id).toBe('__proto__')
  expect(JSON.stringify(record?.peers[0]?.keys)).toBe('{"__proto__":"x"}')
})

describe('bounds', () => {
  const stateOf = (items: readonly KeptItem[]) => {
    const rooms = newRooms()
    takeAll(rooms, items)
    const [room] = rooms.changed().saved
    return { room, refused: rooms.counts().refused, chars: JSON.stringify(room).length }
  }

  it('a long call costs no more than a short one', () => {
    const of = (polls: number): number => {
      const page = createPage('page')
      page.join(T, 100)
      for (let at = 0; at < polls; at++)
        page.poll(T + at * 1000, outbound(T + at * 1000, at * 1000))
      return stateOf(page.items).chars
    }
    expect(of(5000) - of(50)).toBeLessThan(60)
  })

  it('where every other item is lost the oldest holes are closed, and the totals stay', () => {
    const page = createPage('page')
    for (let at = 0; at < 3000; at++) page.poll(T + at * 1000, outbound(T + at * 1000, at * 1000))
    const some = page.items.filter((_, index) => index % 2 === 0)
    const { room } = stateOf(some)
    expect(room?.connections[0]?.runs.length).toBeLessThanOrEqual(64)
    expect(room?.sources[0]?.received.length).toBeLessThanOrEqual(500)
    expect(recordsOf(some)[0]?.peers[0]?.stats.audio.send.bitrate).toBe(8)
    const rest = page.items.filter((_, index) => index % 2 === 1)
    const all = stateOf([...some, ...rest])
    expect(all.refused.settled).toBeGreaterThan(1000)
    expect(recordsOf([...some, ...rest])[0]?.peers[0]?.stats.audio.send.bitrate).toBe(8)
  })

  it('streams, peers, connections and rooms beyond theirs are refused, and counted', () => {
    const crowd = Array.from({ length: 12 }, (_, index) => {
      return callAt(T, createPage(`page ${index}`), { peerId: `peer ${index}` })
    })
    const refusedUnder = (limits: object) => {
      const rooms = newRooms({ limits })
      takeAll(rooms, crowd.flat())
      return { ...rooms.counts(), users: emitAll(rooms)[0]?.record.users }
    }
    const refused = { tooLate: 0, tooMany: 12, settled: 0, streams: 0 }
    expect(refusedUnder({ peersPerRoom: 10 })).toMatchObject({ refused, users: 10 })
    expect(refusedUnder({ connectionsPerRoom: 10 })).toMatchObject({ refused, users: 10 })
    expect(refusedUnder({ connections: 10 })).toMatchObject({ refused, connections: 10 })
    expect(refusedUnder({ rooms: 0 })).toMatchObject({ rooms: 0, connections: 0 })
    const page = createPage('page')
    const streams = Array.from({ length: 300 }, (_, index) => ({ id: `${index}`, timestamp: T }))
    page.poll(T, { audio: { inbound: streams, outbound: [] }, metrics: {} })
    expect(stateOf(page.items).refused.streams).toBe(44)
  })

  it('an interval that no poll has counts for an hour at most', () => {
    const page = createPage('page')
    const judged = { audio: { outbound: { mos: 4, rttMs: 7 } }, score: 5 }
    page.poll(T, { metrics: {}, quality: judged }, { interval: 1e308 })
    page.poll(T, { metrics: {}, quality: { score: 8 } }, { interval: 3_600_000 })
    expect(recordsOf(page.items)[0]?.peers[0]?.stats).toMatchObject({ mos: 4, score: 6.5 })
  })

  it('a megabyte of a name is kept as a few hundred characters', () => {
    const long = 'x'.repeat(1_000_000)
    const facts = {
      ...{ roomId: long, userId: long, keys: { [long]: long }, sdkVersion: long, userAgent: long },
      ...{ devices: { audio: long, video: long } },
      location: { city: long, country: long, organization: long },
    }
    const page = createPage(long, facts)
    const streams = [{ id: long, timestamp: T, bytesSent: 0 }]
    page.poll(
      T,
      { audio: { inbound: [], outbound: streams }, metrics: { [long]: {} } },
      { pcId: long, peerId: long },
    )
    expect(stateOf(page.items).chars).toBeLessThan(10_000)
  })
})
