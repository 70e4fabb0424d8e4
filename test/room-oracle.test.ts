// The oracle of rooms itself: a small call worked out by hand, and the rules it goes by.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { KeptItem } from '../collector/src/facts.ts'
import type { PlainBatch } from '../src/schema.ts'
import type { Item, StatsData } from '../src/wire.ts'
import { reduceDetail } from '../workers/detail.ts'
import { factsOf, keptOf } from './oracle/kept.ts'
import { expectSameRecord } from './oracle/record.ts'
import { audio, EXPECTED, OPUS, pollAt, SMALL_CALL, URL_OF } from './oracle/small-call.ts'
import { combine } from './oracle/sums.ts'
import { feed } from './replay/feed.ts'
import { recomputeRoom } from './room-oracle.ts'

/** What one sender sent, as [ms, bytes, ssrc]. */
const sent = (pcId: string, readings: readonly (readonly [number, number, number?])[]): Item[] =>
  feed([
    {
      pcId,
      polls: readings.map(([ms, bytesSent, ssrc = 1]) => {
        const out = audio('outbound-rtp', { bytesSent, packetsSent: bytesSent / 100, ssrc })
        return pollAt(ms, { opus: OPUS, out })
      }),
      changes: [],
    },
  ])

const withItem = (kept: KeptItem, item: object): KeptItem => ({
  ...kept,
  item: { ...kept.item, ...item },
})

const bitrateOf = (kept: readonly KeptItem[]): number | null =>
  recomputeRoom(kept, URL_OF).stats.audio.send.bitrate

describe('a small call', () => {
  test('gives the numbers that were worked out by hand', () => {
    expectSameRecord(recomputeRoom(SMALL_CALL, URL_OF), EXPECTED)
  })

  test.each(['full', 'report'] as const)(
    'gives them from the groups of its items, too: %s',
    (detail) => {
      const kept = SMALL_CALL.map((each) => {
        const { rawStats: _, ...item } = each.item
        const isStats = item.tag === 'stats'
        const data = isStats ? reduceDetail(item.data as StatsData, detail) : item.data
        return { ...each, item: { ...item, data } as KeptItem['item'] }
      })
      expectSameRecord(recomputeRoom(kept, URL_OF), EXPECTED)
    },
  )

  test('gives them in whatever order it came, and however often', () => {
    const partial = SMALL_CALL.map((each) =>
      withItem(each, { partial: true, rawStats: [], data: {} }),
    )
    const kept = [...partial, ...SMALL_CALL.toReversed(), ...partial, ...SMALL_CALL]
    expectSameRecord(recomputeRoom(kept, URL_OF), EXPECTED)
  })

  test('lasts from the first item of a peer to the last, not to what was said of it later', () => {
    const [first] = SMALL_CALL
    if (!first) throw new Error('no items')
    const later = { timestamp: '2026-01-01T13:00:00.000Z' }
    const summary = withItem(first, { ...later, seq: 100, tag: 'summary', event: 'summary' })
    const noPeer = withItem(first, { ...later, seq: 101, peerId: null, pcId: null })
    expectSameRecord(recomputeRoom([...SMALL_CALL, summary, noPeer], URL_OF), EXPECTED)
  })

  test('whose ratings are told otherwise is no witness', () => {
    const kept = SMALL_CALL.map((each) => {
      const { quality } = (each.item.data ?? {}) as StatsData
      const { mos } = quality?.audio.inbound ?? {}
      if (!quality || mos === undefined) return each
      const inbound = { ...quality.audio.inbound, streams: 1, mos: mos + 1e-5 }
      const told = { ...quality, audio: { ...quality.audio, inbound } }
      return withItem(each, { data: { ...(each.item.data as StatsData), quality: told } })
    })
    expect(() => recomputeRoom(kept, URL_OF)).toThrow(
      /^pc-of-alice, 2026-01-01T12:00:03.000Z: mos of received audio is told as 4.20/,
    )
  })
})

describe('a record', () => {
  test('is the same with its peers in another order, and written again', () => {
    const peers = EXPECTED.peers.toReversed()
    expectSameRecord({ ...EXPECTED, peers, revision: 2 }, EXPECTED)
  })

  test.each([
    ['another last digit', { stats: { ...EXPECTED.stats, mos: 4.03 } }],
    ['a text for a number', { users: '3' }],
    ['a member more', { host: 'x' }],
    ['a peer less', { peers: EXPECTED.peers.slice(1) }],
  ])('with %s is another one', (_, other) => {
    expect(() => expectSameRecord({ ...EXPECTED, ...other }, EXPECTED)).toThrow('to deeply equal')
  })
})

describe('bitrate', () => {
  test('is of the time in which something could be sent', () => {
    // 10000 bytes in 2 s, and after a minute away 10000 in 2 s.
    const before = keptOf(
      'one',
      sent('x', [
        [0, 0],
        [2000, 10_000],
      ]),
      { userId: 'ann' },
    )
    const after = keptOf(
      'two',
      sent('x', [
        [62_000, 0],
        [64_000, 10_000],
      ]),
      { userId: 'ann' },
    )
    expect(bitrateOf([...before, ...after])).toBe(40)
    expect(recomputeRoom([...before, ...after], URL_OF).users).toBe(1)
  })

  test('counts time once where two connections go at once', () => {
    const one = keptOf(
      'one',
      sent('x', [
        [0, 0],
        [4000, 10_000],
      ]),
      { userId: 'ann' },
    )
    const two = keptOf(
      'two',
      sent('y', [
        [2000, 0],
        [6000, 10_000],
      ]),
      { userId: 'ann' },
    )
    // 20000 bytes in 6 s; of two users in 4 s each.
    expect(bitrateOf([...one, ...two])).toBe(27)
    expect(
      bitrateOf([
        ...one,
        ...keptOf(
          'two',
          two.map(({ item }) => item as Item),
        ),
      ]),
    ).toBe(20)
  })

  test('leaves an interval out in which the count began anew', () => {
    const reset = [
      [0, 0],
      [1000, 5000],
      [2000, 1000],
      [3000, 6000],
    ] as const
    expect(bitrateOf(keptOf('one', sent('x', reset)))).toBe(40)
    const replaced = [
      [0, 0],
      [1000, 5000],
      [2000, 90_000, 7],
      [3000, 95_000, 7],
    ] as const
    expect(bitrateOf(keptOf('one', sent('x', replaced)))).toBe(40)
  })
})

describe('packets and round trips', () => {
  test('are summed before they are divided: a mean of percentages weighs nothing', () => {
    const inbound = (ms: number, received: number, lost: number, again: number) =>
      pollAt(ms, {
        in: audio('inbound-rtp', {
          ...{ bytesReceived: 0, packetsReceived: received, packetsLost: lost },
          retransmittedPacketsReceived: again,
        }),
      })
    // 10 of 100 (110 came, 20 of them again), then none of 900.
    const polls = [inbound(0, 0, 0, 0), inbound(1000, 110, 10, 20), inbound(2000, 1010, 10, 20)]
    const kept = keptOf('p', feed([{ pcId: 'x', polls, changes: [] }]))
    expect(recomputeRoom(kept, URL_OF).stats.audio.recv.packet_loss).toBe(1)
  })

  test('count as often as they were measured', () => {
    const reported = (ms: number, totalRoundTripTime: number, roundTripTimeMeasurements: number) =>
      pollAt(ms, {
        out: audio('outbound-rtp', { bytesSent: 0, packetsSent: 0 }),
        far: audio('remote-inbound-rtp', {
          ...{ localId: 'out', ssrc: 1, totalRoundTripTime, roundTripTimeMeasurements },
        }),
      })
    // 100 ms once, 200 ms three times.
    const polls = [reported(0, 0, 0), reported(1000, 0.1, 1), reported(2000, 0.7, 4)]
    const kept = keptOf('p', feed([{ pcId: 'x', polls, changes: [] }]))
    expect(recomputeRoom(kept, URL_OF).stats.audio.send.rtt).toBe(175)
  })
})

test.each([
  [11, 20, 0, 16],
  [6.1, 0.2, 1, 3.2],
  [6, 15, 0, 11],
  [3.6, 0.1, 1, 1.9],
  [48, 43, 0, 46],
  [13, 24, 0, 19],
  [1499, 109, 0, 804],
  [null, 5, 0, 5],
  [0, null, 0, 0],
  [null, null, 1, null],
])('%j and %j are one number as in the sample', (one, other, digits, both) => {
  expect(combine(one, other, digits)).toBe(both)
})

describe('facts', () => {
  test('are those of the last batch; keys stay until they are written again', () => {
    const [early, late] = sent('x', [
      [0, 0],
      [2000, 0],
    ]).slice(1)
    if (!early || !late) throw new Error('no items')
    const kept = [
      ...keptOf('p', [late], { keys: { a: '2' }, sdkVersion: '0.2.0' }),
      ...keptOf('p', [early], { keys: { a: '1', b: '1' }, sdkVersion: '0.1.0' }),
    ]
    expect(recomputeRoom(kept, URL_OF).peers[0]).toMatchObject({
      keys: { a: '2', b: '1' },
      sdk_version: '0.2.0',
    })
  })

  test('name the device that was used longest', () => {
    const items = sent(
      'x',
      [0, 1000, 9000, 10_000].map((ms) => [ms, 0] as const),
    )
    const labels = [null, 'Short', 'Short', 'Long', 'Last']
    const kept = items.flatMap((item, index) =>
      keptOf('p', [item], { devices: { audio: labels[index] ?? null, video: null } }),
    )
    expect(recomputeRoom(kept, URL_OF).peers[0]).toMatchObject({
      ...{ audio_device: 'Long', video_device: null },
    })
  })
})

test('a plain body has its times, and no ratings', () => {
  const url = new URL('fixtures/wire-batch.connection.json', import.meta.url)
  const { items, sessionId } = JSON.parse(readFileSync(url, 'utf8')) as PlainBatch
  const plain = { receivedAt: 0, sessionId, producer: null, exportedAt: 0, facts: factsOf() }
  const { peers, stats } = recomputeRoom(
    items.map((item) => ({ ...plain, item })),
    URL_OF,
  )
  expect(peers.map(({ peer_id: id }) => id)).toEqual(['alice'])
  expect(stats).toMatchObject({ mos: null, score: null, call_setup_time: 33 })
})

test('a room in which nobody was has no record', () => {
  expect(() => recomputeRoom([], URL_OF)).toThrow('a room without peers has no record')
})
