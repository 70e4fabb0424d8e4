import { describe, expect, it } from 'vitest'
import type { StatMetrics } from '../src/metrics.ts'
import { derive } from '../workers/derive.ts'
import { between, deriveAll, deriveOne, POLL_MS, stat } from './deriving.ts'
import type { Members } from './deriving.ts'

describe('each metric follows its formula', () => {
  it.each<[string, Members, Members, StatMetrics]>([
    ['inbound-rtp', { bytesReceived: 100 }, { bytesReceived: 600 }, { bitrate: 2000 }],
    ['inbound-rtp', { headerBytesReceived: 0 }, { headerBytesReceived: 5 }, { headerBitrate: 20 }],
    [
      'inbound-rtp',
      { retransmittedBytesReceived: 0 },
      { retransmittedBytesReceived: 1 },
      { retransmitBitrate: 4 },
    ],
    ['inbound-rtp', { fecBytesReceived: 1 }, { fecBytesReceived: 2 }, { fecBitrate: 4 }],
    ['inbound-rtp', { packetsReceived: 1 }, { packetsReceived: 4 }, { packetRate: 1.5 }],
    ['inbound-rtp', {}, { jitter: 0.02 }, { jitterMs: 20 }],
    [
      'inbound-rtp',
      { packetsReceived: 0, packetsLost: 0 },
      { packetsReceived: 90, packetsLost: 10 },
      { packetRate: 45, packetsLostDelta: 10, lossPct: 10 },
    ],
    [
      'inbound-rtp',
      { packetsReceived: 0, packetsLost: 0, retransmittedPacketsReceived: 0 },
      { packetsReceived: 100, packetsLost: 10, retransmittedPacketsReceived: 10 },
      { packetRate: 50, packetsLostDelta: 10, lossPct: 10 },
    ],
    [
      'inbound-rtp',
      { packetsReceived: 0, packetsDiscarded: 0 },
      { packetsReceived: 90, packetsDiscarded: 10 },
      { packetRate: 45, discardPct: 10 },
    ],
    [
      'inbound-rtp',
      { packetsReceived: 0, discardedPackets: 0 },
      { packetsReceived: 90, discardedPackets: 10 },
      { packetRate: 45, discardPct: 10 },
    ],
    ['outbound-rtp', { bytesSent: 0 }, { bytesSent: 1000 }, { bitrate: 4000 }],
    ['outbound-rtp', { headerBytesSent: 0 }, { headerBytesSent: 1 }, { headerBitrate: 4 }],
    ['outbound-rtp', { packetsSent: 0 }, { packetsSent: 1 }, { packetRate: 0.5 }],
    [
      'outbound-rtp',
      { retransmittedBytesSent: 0, retransmittedPacketsSent: 0 },
      { retransmittedBytesSent: 1000, retransmittedPacketsSent: 1 },
      { retransmitBitrate: 4000, retransmitPacketRate: 0.5 },
    ],
    ['outbound-rtp', {}, { targetBitrate: 32_000 }, { targetBitrate: 32_000 }],
    [
      'outbound-rtp',
      { qualityLimitationResolutionChanges: 2, frameWidth: 640, frameHeight: 480 },
      { qualityLimitationResolutionChanges: 5, frameWidth: 640, frameHeight: 480 },
      { resolutionChangesDelta: 3 },
    ],
    [
      'outbound-rtp',
      { frameWidth: 640, frameHeight: 480 },
      { frameWidth: 320, frameHeight: 240 },
      { resolutionChangesDelta: 1 },
    ],
    [
      'remote-outbound-rtp',
      { totalRoundTripTime: 1, roundTripTimeMeasurements: 10 },
      { totalRoundTripTime: 1.5, roundTripTimeMeasurements: 15, roundTripTime: 0.25 },
      { rttMs: 250, rttAvgMs: 100, ageMs: 0 },
    ],
    [
      'candidate-pair',
      { bytesSent: 0, bytesReceived: 0, packetsSent: 0, packetsReceived: 0 },
      { bytesSent: 1, bytesReceived: 2, packetsSent: 3, packetsReceived: 4 },
      { sendBitrate: 4, recvBitrate: 8, sendPacketRate: 1.5, recvPacketRate: 2 },
    ],
    [
      'candidate-pair',
      { totalRoundTripTime: 0.5, responsesReceived: 2 },
      { totalRoundTripTime: 1, responsesReceived: 4, currentRoundTripTime: 0.125 },
      { rttMs: 125, rttAvgMs: 250 },
    ],
    [
      'candidate-pair',
      {},
      { availableOutgoingBitrate: 1e6, availableIncomingBitrate: 2e6 },
      { availableOutgoingBitrate: 1e6, availableIncomingBitrate: 2e6 },
    ],
    [
      'transport',
      { bytesSent: 0, bytesReceived: 0, packetsSent: 0, packetsReceived: 0 },
      { bytesSent: 1, bytesReceived: 2, packetsSent: 3, packetsReceived: 4 },
      { sendBitrate: 4, recvBitrate: 8, sendPacketRate: 1.5, recvPacketRate: 2 },
    ],
    [
      'data-channel',
      { bytesSent: 0, bytesReceived: 0, messagesSent: 0, messagesReceived: 0 },
      { bytesSent: 1, bytesReceived: 2, messagesSent: 3, messagesReceived: 4 },
      { sendBitrate: 4, recvBitrate: 8, messagesSentRate: 1.5, messagesReceivedRate: 2 },
    ],
  ])('%s %j -> %j', (type, before, after, expected) => {
    expect(between(type, before, after, 2)).toEqual({ intervalSec: 2, ...expected })
  })
})

describe('E1, the predecessor', () => {
  it('without one a rate is absent, never 0', () => {
    expect(deriveOne(stat('inbound-rtp', 0, { bytesReceived: 9, jitter: 0.001 }))).toEqual({
      jitterMs: 1,
    })
  })

  it('an object of the same id and another type is none', () => {
    const before = stat('inbound-rtp', 0, { bytesSent: 0 })
    expect(deriveOne(before, stat('outbound-rtp', 1000, { bytesSent: 9 }))).toBeUndefined()
  })

  it('an object that was away for a report has none', () => {
    const reading = (at: number) => [stat('transport', at, { bytesSent: at })]
    expect(deriveAll(reading(0), [], reading(2000)).at(-1)).toEqual({})
  })

  it('the state forgets what is gone', () => {
    const ids = Array.from({ length: 100 }, (_, index) => `id${index}`)
    const crowd = ids.map((id) => stat('transport', 0, {}, id))
    const { state } = derive(crowd, null, POLL_MS)
    expect(state.readings.size).toBe(100)
    const { state: later } = derive([stat('transport', 1000)], state, POLL_MS)
    expect([...later.readings.keys()]).toEqual(['x'])
  })

  it('an id of any name has its metrics', () => {
    const reading = (at: number) => [stat('transport', at, { bytesSent: at }, '__proto__')]
    const metrics = deriveAll(reading(0), reading(1000)).at(-1) ?? {}
    expect(Object.entries(metrics)).toEqual([['__proto__', { intervalSec: 1, sendBitrate: 8000 }]])
  })
})

describe('E2, the interval', () => {
  const reading = (timestamp: number, bytesReceived: number) =>
    stat('inbound-rtp', timestamp, { bytesReceived, jitter: 0.001 })

  it('two readings of one timestamp are stale: gauges, no rates', () => {
    expect(deriveOne(reading(1000, 1), reading(1000, 2))).toEqual({ stale: true, jitterMs: 1 })
  })

  it('time that went back is stale, and counts from there', () => {
    const readings = [reading(9000, 1), reading(1000, 2), reading(2000, 3)] as const
    expect(deriveOne(...readings.slice(0, 2))).toEqual({ stale: true, jitterMs: 1 })
    expect(deriveOne(...readings)).toEqual({ intervalSec: 1, bitrate: 8, jitterMs: 1 })
  })

  it('what came in a stale reading is counted in the next', () => {
    expect(deriveOne(reading(0, 0), reading(0, 100), reading(1000, 200))?.bitrate).toBe(1600)
  })

  it('is that of the object, not of the poll', () => {
    const report = (at: number, remoteAt: number) => [
      stat('transport', at),
      stat('data-channel', remoteAt, { bytesSent: remoteAt }, 'd'),
    ]
    expect(deriveAll(report(1000, 0), report(2000, 500)).at(-1)?.['d']?.intervalSec).toBe(0.5)
  })

  it('an object without a usable timestamp has gauges only', () => {
    const broken = stat('inbound-rtp', Number.NaN, { bytesReceived: 9, jitter: 0.001 })
    expect(deriveOne(reading(0, 0), broken)).toEqual({ jitterMs: 1 })
  })
})

describe('E3, a reset', () => {
  it.each([
    ['inbound-rtp', 'packetsReceived'],
    ['inbound-rtp', 'bytesReceived'],
    ['inbound-rtp', 'framesDecoded'],
    ['inbound-rtp', 'totalSamplesReceived'],
    ['outbound-rtp', 'packetsSent'],
    ['outbound-rtp', 'framesEncoded'],
    ['candidate-pair', 'responsesReceived'],
    ['remote-inbound-rtp', 'roundTripTimeMeasurements'],
    ['data-channel', 'messagesSent'],
  ])('%s: %s that goes back flags the whole object, and gives no rate', (type, member) => {
    const others = { bytesReceived: 1000, bytesSent: 1000 }
    const derived = between(type, { ...others, [member]: 350 }, { ...others, [member]: 10 })
    expect(derived?.reset).toBe(true)
    expect(Object.keys(derived ?? {}).filter((name) => /rate|Pct|interval/i.test(name))).toEqual([])
  })

  it('another ssrc is one, and gauges stay', () => {
    const before = { ssrc: 1, bytesReceived: 1 }
    const after = { ssrc: 2, bytesReceived: 2, jitter: 0.001 }
    expect(between('inbound-rtp', before, after)).toEqual({ reset: true, jitterMs: 1 })
  })

  it('an ssrc that is not said is none', () => {
    expect(between('outbound-rtp', { ssrc: 1, packetsSent: 0 }, { packetsSent: 5 })).toEqual({
      intervalSec: 1,
      packetRate: 5,
    })
  })

  it('the interval after it is a normal one', () => {
    const reading = (at: number, packetsSent: number) => stat('outbound-rtp', at, { packetsSent })
    const derived = deriveOne(reading(0, 350), reading(1000, 10), reading(2000, 30))
    expect(derived).toEqual({ intervalSec: 1, packetRate: 20 })
  })

  it('fewer lost packets are none', () => {
    const derived = between('inbound-rtp', { packetsLost: 5 }, { packetsLost: 2 })
    expect(derived).toEqual({ intervalSec: 1, packetsLostDelta: -3 })
  })
})

describe('E4 and E5, what is missing', () => {
  it.each<[Members, Members]>([
    [{}, { packetsReceived: 9, bytesReceived: 1 }],
    [{ packetsReceived: 9 }, { bytesReceived: 1 }],
  ])('a member absent in one reading leaves out its metric alone: %j, %j', (before, after) => {
    const derived = between(
      'inbound-rtp',
      { ...before, fecBytesReceived: 0 },
      { ...after, fecBytesReceived: 1 },
    )
    expect(derived).toEqual({ intervalSec: 1, fecBitrate: 8 })
  })

  it('nothing expected is no loss, not 0 %', () => {
    const still = { packetsReceived: 9, packetsLost: 1, packetsDiscarded: 0 }
    const derived = between('inbound-rtp', still, still)
    expect(derived).toEqual({ intervalSec: 1, packetRate: 0, packetsLostDelta: 0 })
  })

  it('no new measurement is no mean', () => {
    const still = { totalRoundTripTime: 1, responsesReceived: 9 }
    expect(between('candidate-pair', still, still)).toBeUndefined()
  })

  it('0 s on a pair that never had an answer is no round trip', () => {
    const silent = stat('candidate-pair', 0, { currentRoundTripTime: 0, responsesReceived: 0 })
    expect(deriveOne(silent)).toBeUndefined()
    const loopback = { currentRoundTripTime: 0, responsesReceived: 5 }
    expect(deriveOne(stat('candidate-pair', 0, loopback))).toEqual({ rttMs: 0 })
  })

  it('an object of which nothing can be said has no entry', () => {
    const report = (at: number) => [
      stat('inbound-rtp', at, {}, 'i'),
      stat('codec', at, {}, 'c'),
      stat('constructor', at, { bytesSent: at }, 'o'),
    ]
    expect(deriveAll(report(0), report(1000))).toEqual([{}, {}])
  })
})

describe('E6, a gap', () => {
  const over = (seconds: number, pollIntervalMs: number) => {
    const { state } = derive([stat('transport', 0, { bytesSent: 0 })], null, pollIntervalMs)
    const later = [stat('transport', seconds * 1000, { bytesSent: 1000 })]
    return derive(later, state, pollIntervalMs).metrics['x']
  }

  it('longer than 10 s is flagged, and computed', () => {
    expect(over(10.001, 2000)).toEqual({
      intervalSec: 10.001,
      gap: true,
      sendBitrate: 8000 / 10.001,
    })
    expect(over(10, 2000)).toEqual({ intervalSec: 10, sendBitrate: 800 })
  })

  it('slow polling has longer ones', () => {
    expect(over(30, 10_000)?.gap).toBeUndefined()
    expect(over(31, 10_000)?.gap).toBe(true)
  })
})

describe('E7, lost packets are signed', () => {
  it('late packets give a negative delta and 0 % loss', () => {
    const before = { packetsLost: 5, packetsReceived: 0 }
    const derived = between('inbound-rtp', before, { packetsLost: 2, packetsReceived: 10 })
    expect(derived).toMatchObject({ packetsLostDelta: -3, lossPct: 0 })
  })

  it('an unsigned 32-bit number is read as a signed one', () => {
    const before = { packetsLost: 4_294_967_283, packetsReceived: 0 }
    const derived = between('inbound-rtp', before, { packetsLost: 3, packetsReceived: 84 })
    expect(derived).toMatchObject({ packetsLostDelta: 16, lossPct: 16 })
  })

  it('never more than 100 %', () => {
    const before = { packetsLost: 0, packetsReceived: 0, retransmittedPacketsReceived: 0 }
    const after = { packetsLost: 10, packetsReceived: 0, retransmittedPacketsReceived: 5 }
    expect(between('inbound-rtp', before, after)?.lossPct).toBe(100)
  })
})
