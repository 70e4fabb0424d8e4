import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import type { Metrics, StatMetrics } from '../src/wire.ts'
import { derive } from '../workers/derive.ts'

const POLL_MS = 2000

type Members = Record<string, unknown>

const stat = (type: string, timestamp: number, members: Members = {}, id = 'x'): Stat => ({
  id,
  type,
  timestamp,
  ...members,
})

/** The metrics of each report, each derived from the one before it. */
function deriveAll(...reports: Stat[][]): Metrics[] {
  let state = null
  const all: Metrics[] = []
  for (const report of reports) {
    const derived = derive(report, state, POLL_MS)
    state = derived.state
    all.push(derived.metrics)
  }
  return all
}

/** The last metrics of one object that was read several times. */
const deriveOne = (...readings: Stat[]): StatMetrics | undefined =>
  deriveAll(...readings.map((reading) => [reading])).at(-1)?.[readings[0]?.id ?? '']

/** The metrics of one object, read twice within a second, or `seconds`. */
const between = (type: string, before: Members, after: Members, seconds = 1) =>
  deriveOne(stat(type, 0, before), stat(type, 1000 * seconds, after))

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

describe('E8, a report of the far end', () => {
  /** A poll at `at`, which sees the receiver report of `reportedAt`. */
  const poll = (at: number, sent: Members, reportedAt: number, reported: Members): Stat[] => [
    stat('outbound-rtp', at, { ssrc: 7, ...sent }, 'out'),
    stat('remote-inbound-rtp', reportedAt, { ssrc: 7, localId: 'out', ...reported }, 'rr'),
  ]
  const lastOf = (...polls: Stat[][]) => deriveAll(...polls).at(-1)?.['rr']

  it('that is not new holds its gauges, says its age, and repeats no rate', () => {
    const reported = { jitter: 0.003, roundTripTime: 0.05, fractionLost: 0.1, packetsLost: 3 }
    expect(lastOf(poll(1000, {}, 900, reported), poll(2000, {}, 900, reported))).toEqual({
      stale: true,
      jitterMs: 3,
      rttMs: 50,
      fractionLostPct: 10,
      ageMs: 1100,
    })
  })

  it('gives the loss against what was sent between the polls that saw the two reports', () => {
    const derived = lastOf(
      poll(1000, { packetsSent: 100 }, 900, { packetsLost: 0 }),
      poll(2000, { packetsSent: 200 }, 900, { packetsLost: 0 }),
      poll(3000, { packetsSent: 300 }, 2900, { packetsLost: 20 }),
    )
    expect(derived).toEqual({
      intervalSec: 2,
      packetsLostDelta: 20,
      lossPct: 10,
      lossBasis: 'packetsSent',
      ageMs: 100,
    })
  })

  it.each([
    ['of their own', { rtxSsrc: 8 }, 20],
    ['of the stream', {}, 10],
  ])('takes retransmissions on an ssrc %s as such', (_, members, lossPct) => {
    const first = { packetsSent: 0, retransmittedPacketsSent: 0, ...members }
    const second = { packetsSent: 100, retransmittedPacketsSent: 50, ...members }
    const derived = lastOf(
      poll(1000, first, 900, { packetsLost: 0 }),
      poll(2000, second, 1900, { packetsLost: 10 }),
    )
    expect(derived?.lossPct).toBe(lossPct)
  })

  it('that counts what it received (Firefox) is taken at its word', () => {
    const derived = lastOf(
      poll(1000, { packetsSent: 0 }, 900, { packetsLost: 0, packetsReceived: 0 }),
      poll(2000, { packetsSent: 500 }, 1900, { packetsLost: 10, packetsReceived: 90 }),
    )
    expect(derived).toMatchObject({ lossPct: 10, lossBasis: 'packetsReceived' })
  })

  it('without localId (Safari 14) is of the stream with its ssrc', () => {
    const [first, second] = [
      poll(1000, { packetsSent: 0 }, 900, { packetsLost: 0, localId: undefined }),
      poll(2000, { packetsSent: 100 }, 1900, { packetsLost: 10, localId: undefined }),
    ]
    expect(lastOf(first, second)?.lossPct).toBe(10)
  })

  it('gives no loss where its stream was reset, is another or is gone', () => {
    const first = poll(1000, { packetsSent: 100 }, 900, { packetsLost: 0 })
    const second = poll(2000, { packetsSent: 10 }, 1900, { packetsLost: 1 })
    expect(lastOf(first, second)).toEqual({ intervalSec: 1, packetsLostDelta: 1, ageMs: 100 })
    expect(lastOf(first, second.slice(1))?.lossPct).toBeUndefined()
  })

  it('has its age by the newest timestamp in the report', () => {
    const far = stat('remote-outbound-rtp', 1000, {}, 'ro')
    expect(derive([far, stat('codec', 4000)], null, POLL_MS).metrics).toEqual({
      ro: { ageMs: 3000 },
    })
  })

  it('in the shape of Firefox before 68 (isRemote) is no stream of ours', () => {
    const reading = (at: number) => stat('inbound-rtp', at, { isRemote: true, bytesReceived: at })
    expect(deriveOne(reading(0), reading(1000))).toBeUndefined()
  })
})

describe('E9, numbers', () => {
  it('written as strings are numbers', () => {
    expect(between('outbound-rtp', { bytesSent: '100' }, { bytesSent: ' 200 ' })?.bitrate).toBe(800)
  })

  it.each(['', ' ', 'many', null, true, {}, Number.NaN, Number.POSITIVE_INFINITY, -1])(
    '%j is no gauge',
    (jitter) => {
      expect(deriveOne(stat('inbound-rtp', 0, { jitter }))).toBeUndefined()
    },
  )

  const members = [
    ...['bytesSent', 'bytesReceived', 'packetsSent', 'packetsReceived', 'packetsLost', 'ssrc'],
    ...['packetsDiscarded', 'retransmittedPacketsReceived', 'retransmittedPacketsSent', 'rtxSsrc'],
    ...['jitter', 'fractionLost', 'roundTripTime', 'totalRoundTripTime', 'currentRoundTripTime'],
    ...['roundTripTimeMeasurements', 'responsesReceived', 'messagesSent', 'targetBitrate'],
    ...['availableOutgoingBitrate', 'headerBytesSent', 'fecBytesReceived'],
  ]
  const types = [
    ...['inbound-rtp', 'outbound-rtp', 'remote-inbound-rtp', 'remote-outbound-rtp'],
    ...['candidate-pair', 'transport', 'data-channel'],
  ]
  const number = fc.oneof(
    fc.nat(1000),
    fc.integer(),
    fc.double(),
    fc.constantFrom(2 ** 31, 2 ** 32 - 1, Number.MAX_VALUE, -Number.MAX_VALUE, '7', '1e309', null),
  )
  const anyStat = fc
    .tuple(
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom(...types),
      fc.oneof(fc.nat(100_000), fc.double()),
      fc.dictionary(fc.constantFrom(...members), number),
    )
    .map(([id, type, timestamp, rest]) => stat(type, timestamp, { localId: 'a', ...rest }, id))
  const anyReports = fc.array(fc.uniqueArray(anyStat, { selector: ({ id }) => id }), {
    maxLength: 4,
  })

  it('whatever comes in, no metric is NaN or infinite, and none but the loss delta is negative', () => {
    fc.assert(
      fc.property(anyReports, (reports) => {
        expect(insaneIn(deriveAll(...reports))).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  it('whatever comes in, it is not changed', () => {
    fc.assert(
      fc.property(anyReports, (reports) => {
        const before = structuredClone(reports)
        deriveAll(...reports)
        expect(reports).toEqual(before)
      }),
    )
  })
})

/** The numbers that must never leave: NaN, infinite, negative, a loss above 100 %. */
function insaneIn(all: readonly Metrics[]): string[] {
  return all
    .flatMap((metrics) => Object.values(metrics).flatMap((values) => Object.entries(values)))
    .filter(([name, value]) => {
      if (typeof value !== 'number') return false
      const isTooLow = value < 0 && name !== 'packetsLostDelta'
      const isTooHigh = value > 100 && /^(loss|discard)Pct$/.test(name)
      return !Number.isFinite(value) || isTooLow || isTooHigh
    })
    .map(([name, value]) => `${name}: ${String(value)}`)
}

// Not ours to copy: recordings and known answers that lie beside the repository on some machines.
const shared = new URL('../../shared/fixtures/', import.meta.url)
const readShared = (path: string) => JSON.parse(readFileSync(new URL(path, shared), 'utf8'))

describe.runIf(existsSync(shared))('known answers', () => {
  interface KnownAnswer {
    readonly id: string
    readonly prev: Stat | Record<string, Stat> | null
    readonly cur: Stat | Record<string, Stat>
    readonly expect: Record<string, unknown>
  }

  /** Metrics that are defined, and not derived yet. */
  const NOT_YET = new RegExp(
    '^(avgQp|encodeMs|decodeMs|jitterBuffer.*|conceal.*|audibleConceal.*|frames.*|keyFrameRate|pliRate|nackRate' +
      '|fps.*|qualityLimitation.*|audioLevelRms|sourceFps|playoutDelayMs|synthesizedPct|interFrame.*|freeze.*)$',
  )

  const isStat = (value: KnownAnswer['cur']): value is Stat => typeof value['type'] === 'string'
  const reportOf = (value: KnownAnswer['cur']) => (isStat(value) ? [value] : Object.values(value))
  const answers = existsSync(shared) ? (readShared('known-answers.json') as KnownAnswer[]) : []
  const cases = answers
    .map(({ expect: all, ...rest }) => ({
      ...rest,
      expected: Object.entries(all).filter(([name]) => !NOT_YET.test(name)),
    }))
    .filter(({ expected }) => expected.length > 0)

  /** What is wrong with a derived value; undefined where it is the expected one. */
  function faultOf(derived: StatMetrics, name: string, expected: unknown): string | undefined {
    const valueOf = (metric: string) => derived[metric as keyof StatMetrics]
    const actual = valueOf(name === 'outboundLossPct' ? 'lossPct' : name)
    const isRight =
      name === 'absent'
        ? (expected as string[]).every((absent) => valueOf(absent) === undefined)
        : typeof expected === 'number'
          ? Math.abs(Number(actual) - expected) <= 1e-9 * Math.abs(expected)
          : actual === expected
    return isRight ? undefined : `${name}: ${String(actual)} instead of ${String(expected)}`
  }

  it.each(cases)('$id', ({ prev, cur, expected }) => {
    const metrics = deriveAll(prev ? reportOf(prev) : [], reportOf(cur)).at(-1) ?? {}
    const derived = metrics[String(isStat(cur) ? cur.id : cur['rin']?.id)] ?? {}
    expect(expected.flatMap(([name, value]) => faultOf(derived, name, value) ?? [])).toEqual([])
  })
})

describe.runIf(existsSync(shared))('recordings', () => {
  interface Series {
    readonly peerConnections: readonly {
      readonly pcId: string
      readonly polls: readonly { readonly report: Stat[] }[]
    }[]
  }

  const seriesOf = (path: string) =>
    (readShared(path) as Series).peerConnections.map(({ pcId, polls }) => ({
      pcId,
      metrics: deriveAll(...polls.map(({ report }) => report)),
    }))

  it.each([
    'recordings/chromium156',
    'recordings/firefox153',
    'jitsi/chrome-standard-pc-failed',
    'jitsi/firefox-standard-stats-sfu',
    'jitsi/google-standard-stats-sfu',
    'jitsi/safari-standard-stats',
  ])('%s: nothing is NaN or negative', (path) => {
    const all = seriesOf(`${path}.series.json`).flatMap(({ metrics }) => metrics)
    expect(insaneIn(all)).toEqual([])
    expect(all.flatMap((metrics) => Object.values(metrics)).some(({ bitrate }) => bitrate)).toBe(
      true,
    )
  })

  it('firefox153, pc b, poll 22: the counters that began anew flag a reset, and only there', () => {
    const b = seriesOf('recordings/firefox153.series.json').find(({ pcId }) => pcId === 'b')
    const resets = (b?.metrics ?? []).flatMap((metrics, poll) =>
      Object.entries(metrics)
        .filter(([, { reset }]) => reset)
        .map(([id]) => [poll, id]),
    )
    expect(resets).toContainEqual([22, '415507ad'])
    expect(new Set(resets.map(([poll]) => poll))).toEqual(new Set([22]))
    expect(b?.metrics[22]?.['415507ad']).not.toHaveProperty('bitrate')
    expect(b?.metrics[23]?.['415507ad']?.bitrate).toBeGreaterThan(0)
  })
})
