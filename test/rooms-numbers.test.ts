// What the numbers of a record are made of, one rule at a time.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addToRanges, covers, unionOf } from '../collector/src/rooms/ranges.ts'
import type { Ranges } from '../collector/src/rooms/ranges.ts'
import { halfUp } from '../collector/src/rooms/round.ts'
import { addSpan, secondsOf } from '../collector/src/rooms/spans.ts'
import type { Spans } from '../collector/src/rooms/spans.ts'
import { createPage, recordsOf } from './room-items.ts'

const T = Date.parse('2026-03-01T10:00:00.000Z')

interface Poll {
  readonly sent?: object
  readonly received?: object
  readonly report?: object
  readonly pair?: object
  readonly local?: object
  readonly quality?: object
  readonly devices?: { audio: string | null; video: string | null }
  readonly interval?: number
}

/** The one peer of a call whose polls are two seconds apart. */
function peerOf(...polls: Poll[]) {
  const page = createPage('page')
  for (const [
    index,
    { sent, received, report, pair, local, quality, devices, interval },
  ] of polls.entries()) {
    const timestamp = T + index * 2000
    const stat = (id: string, members: object | undefined) =>
      members ? [{ id, timestamp, ...members }] : []
    const data = {
      audio: { inbound: stat('ai', received), outbound: stat('ao', sent) },
      remote: { inbound: stat('far', report && { localId: 'ao', ...report }), outbound: [] },
      candidatePair: stat('P', pair && { selected: true, localCandidateId: 'L', ...pair }),
      localCandidate: stat('L', local),
      ...{ metrics: {}, quality },
    }
    page.poll(timestamp, data, {
      ...(interval && { interval }),
      ...(devices && { facts: { devices } }),
    })
  }
  const [record] = recordsOf(page.items)
  if (!record?.peers[0]) throw new Error('no peer')
  return record.peers[0]
}

const rttOf = (...polls: Poll[]): number | null =>
  peerOf(...polls.map((poll, index) => ({ sent: { bytesSent: index }, ...poll }))).stats.audio.send
    .rtt

describe('round trips', () => {
  const counted = { roundTripTime: 9, totalRoundTripTime: 1, roundTripTimeMeasurements: 1 }
  const more = { ...counted, totalRoundTripTime: 1.3, roundTripTimeMeasurements: 3 }
  const pair = { currentRoundTripTime: 8, totalRoundTripTime: 1, responsesReceived: 1 }
  const morePair = { ...pair, totalRoundTripTime: 1.5, responsesReceived: 2 }

  it('are the mean of what was measured', () => {
    expect(rttOf({ report: counted, pair }, { report: more, pair: morePair })).toBe(150)
  })

  it('else what the reports last said, else those of the pair in the same way', () => {
    const gauge = { roundTripTime: 0.25 }
    expect(rttOf({ report: gauge, pair }, { report: gauge, pair: morePair })).toBe(250)
    expect(rttOf({ pair }, { pair: morePair })).toBe(500)
    const pairGauge = { currentRoundTripTime: 0.04 }
    expect(rttOf({ pair: pairGauge }, { pair: pairGauge })).toBe(40)
    expect(rttOf({}, {})).toBeNull()
  })

  it('of a room are the mean of what all its peers measured', () => {
    const page = createPage('page')
    const poll = (peerId: string, index: number, trips: number, tripSec: number): void => {
      const timestamp = T + index * 2000
      const far = { totalRoundTripTime: tripSec, roundTripTimeMeasurements: trips }
      const data = {
        audio: { inbound: [], outbound: [{ id: 'ao', timestamp, bytesSent: index }] },
        remote: { inbound: [{ id: 'far', localId: 'ao', timestamp, ...far }], outbound: [] },
        metrics: {},
      }
      page.poll(timestamp, data, { peerId, pcId: peerId })
    }
    // 500 ms once, 100 ms nine times.
    poll('alice', 0, 0, 0)
    poll('bob', 0, 0, 0)
    poll('alice', 1, 1, 0.5)
    poll('bob', 1, 9, 0.9)
    const [record] = recordsOf(page.items)
    expect(record?.peers.map(({ stats }) => stats.audio.send.rtt)).toEqual([500, 100])
    expect(record?.stats.audio.send.rtt).toBe(140)
  })

  it('a report that is older than 15 s says nothing of now', () => {
    const old = { roundTripTime: 9, timestamp: T - 20_000 }
    expect(rttOf({ report: old }, { report: old })).toBeNull()
  })
})

describe('counters', () => {
  const bitrateOf = (...polls: object[]): number | null =>
    peerOf(...polls.map((sent) => ({ sent }))).stats.audio.send.bitrate

  it('that went back, and those of another ssrc, give nothing once', () => {
    const [a, b, c] = [{ bytesSent: 0 }, { bytesSent: 2000 }, { bytesSent: 1000 }]
    expect(bitrateOf(a, b, c, { bytesSent: 3000 })).toBe(8)
    expect(bitrateOf({ ...a, ssrc: 1 }, { ...b, ssrc: 2 })).toBeNull()
  })

  it('lost packets are clamped by interval, and written as unsigned by some', () => {
    const lossOf = (...polls: object[]) =>
      peerOf(...polls.map((received) => ({ received }))).stats.audio.recv.packet_loss
    const of = (packetsReceived: number, packetsLost: number) => ({ packetsReceived, packetsLost })
    expect(lossOf(of(0, 0), of(90, 10), of(200, 0))).toBe(5)
    expect(lossOf(of(0, 2 ** 32 - 10), of(90, 0))).toBe(10)
  })
})

describe('what was in use longest', () => {
  const [one, two] = [
    { audio: 'one', video: null },
    { audio: 'two', video: 'cam' },
  ]
  const relay = { candidateType: 'relay', relayProtocol: 'tls', protocol: 'udp' }
  const host = { candidateType: 'host', protocol: 'udp' }

  it('is the device and the path of a participant', () => {
    const polls = [
      { devices: one, pair: {}, local: host, interval: 2000 },
      { devices: one, pair: {}, local: host, interval: 2000 },
      { devices: two, pair: {}, local: relay, interval: 9000 },
    ]
    expect(peerOf(...polls)).toMatchObject({
      ...{ audio_device: 'two', video_device: 'cam' },
      features: { connection_type: 'TURN', media_transport: 'tls' },
    })
  })

  it('the path is what the exporter says where there is no report of it', () => {
    const quality = { selectedPair: { id: 'P', path: 'turn-tcp' } }
    expect(peerOf({ quality }).features).toEqual({
      connection_type: 'TURN',
      media_transport: 'tcp',
    })
    expect(peerOf({}).features).toEqual({ connection_type: null, media_transport: null })
  })
})

describe('half up', () => {
  it.each([
    [3.15, 1, 3.2],
    [1.85, 1, 1.9],
    [1.005, 2, 1.01],
    [45.5, 0, 46],
    [0.45, 0, 0],
    [2.4999999, 0, 2],
  ])('%d to %d digits is %d', (value, digits, expected) => {
    expect(halfUp(value, digits)).toBe(expected)
  })

  it('is that of the decimal number, for every number of three digits', () => {
    fc.assert(
      fc.property(fc.nat(10 ** 7), (thousandths) => {
        expect(halfUp(thousandths / 1000, 2)).toBe(Math.floor((thousandths + 5) / 10) / 100)
      }),
    )
  })
})

describe('ranges and spans', () => {
  const numbers = fc.array(fc.nat(30), { maxLength: 30 })

  it('ranges hold exactly what was added, in whatever order, and know when two became one', () => {
    fc.assert(
      fc.property(numbers, numbers, (some, others) => {
        const [one, other]: [Ranges, Ranges] = [[], []]
        for (const seq of some) {
          const before = one.length
          expect(addToRanges(one, seq)).toBe(one.length < before)
        }
        for (const seq of others) addToRanges(other, seq)
        const union = unionOf(one, other)
        for (let seq = 0; seq <= 30; seq++) {
          expect(covers(one, seq, seq)).toBe(some.includes(seq))
          expect(covers(union, seq, seq)).toBe(some.includes(seq) || others.includes(seq))
        }
      }),
    )
  })

  it('each moment counts once, however the spans overlap', () => {
    const span = fc.tuple(fc.nat(40), fc.nat(10))
    fc.assert(
      fc.property(fc.array(span), (all) => {
        const spans: Spans = []
        const covered = new Set<number>()
        for (const [start, length] of all) {
          addSpan(spans, start * 100, (start + length) * 100)
          for (let at = start; at < start + length; at++) covered.add(at)
        }
        expect(secondsOf(spans)).toBeCloseTo(covered.size / 10)
      }),
    )
  })

  it('a stream that comes and goes for ever takes no more than so many spans', () => {
    const spans: Spans = []
    for (let at = 0; at < 2000; at++) addSpan(spans, at * 5000, at * 5000 + 4000)
    expect(spans.length).toBeLessThanOrEqual(500)
    expect(secondsOf(spans)).toBeLessThanOrEqual(10_000)
  })
})
