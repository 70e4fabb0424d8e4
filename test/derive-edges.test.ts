import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import type { StatMetrics } from '../src/metrics.ts'
import { derive } from '../workers/derive.ts'
import { between, deriveAll, deriveOne, insaneIn, POLL_MS, stat } from './deriving.ts'
import type { Members } from './deriving.ts'

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

  it('is of the stream that it names, of several', () => {
    const poll2 = (at: number, reported: Members) => [
      stat('outbound-rtp', at, { ssrc: 7, packetsSent: at * 9 }, 'other'),
      ...poll(at, { ssrc: 8, packetsSent: at / 10 }, at, { ssrc: 9, ...reported }),
    ]
    expect(lastOf(poll2(0, { packetsLost: 0 }), poll2(1000, { packetsLost: 10 }))?.lossPct).toBe(10)
    const unnamed = { localId: undefined, packetsLost: 1 }
    expect(lastOf(poll2(0, unnamed), poll2(1000, unnamed))?.lossPct).toBeUndefined()
  })

  it('of a stream that counts no retransmissions is taken as without any', () => {
    const [first, second] = [
      { packetsSent: 0, rtxSsrc: 8 },
      { packetsSent: 100, rtxSsrc: 8 },
    ]
    const derived = lastOf(
      poll(1000, first, 900, { packetsLost: 0 }),
      poll(2000, second, 1900, { packetsLost: 10 }),
    )
    expect(derived?.lossPct).toBe(10)
  })

  it('that never measured a round trip has none, though it says 0 s', () => {
    const never = { roundTripTime: 0, roundTripTimeMeasurements: 0 }
    expect(lastOf(poll(1000, {}, 1000, never))).toEqual({ ageMs: 0 })
  })

  it('without packetsLost has no loss, and no basis of one', () => {
    const derived = lastOf(
      poll(1000, { packetsSent: 0 }, 900, { packetsReceived: 0 }),
      poll(2000, { packetsSent: 100 }, 1900, { packetsReceived: 90 }),
    )
    expect(derived).toEqual({ intervalSec: 1, ageMs: 100 })
    const bare = lastOf(
      poll(1000, { packetsSent: 0 }, 900, {}),
      poll(2000, { packetsSent: 9 }, 1900, {}),
    )
    expect(bare).toEqual({ intervalSec: 1, ageMs: 100 })
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

describe('E4, a missing member', () => {
  it.each<[string, Members, Members, Members]>([
    ['that was 0 is no rate', { packetsReceived: 0 }, {}, {}],
    ['is no whole: loss', { packetsLost: 0 }, { packetsLost: 5 }, { packetsLostDelta: 5 }],
    ['is no whole: discards', { packetsDiscarded: 0 }, { packetsDiscarded: 5 }, {}],
    ['was not 0 before: loss', {}, { packetsLost: 5 }, {}],
    ['is not 0 now: loss', { packetsLost: 5 }, {}, {}],
  ])('%s', (_, before, after, expected) => {
    const [started, ended] = [
      { nackCount: 0, ...before },
      { nackCount: 1, ...after },
    ]
    expect(between('inbound-rtp', started, ended)).toEqual({
      ...{ intervalSec: 1, nackRate: 1, ...expected },
    })
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
})

// Not ours to copy: recordings and known answers that lie beside the repository on some machines.
const shared = new URL('../../shared/fixtures/', import.meta.url)
/** Not skipped where they are absent: then there is no such test. */
const describeShared: (name: string, tests: () => void) => void = existsSync(shared)
  ? describe
  : () => {}

const readShared = (path: string) => JSON.parse(readFileSync(new URL(path, shared), 'utf8'))

describeShared('known answers', () => {
  interface KnownAnswer {
    readonly id: string
    readonly prev: Stat | Record<string, Stat> | null
    readonly cur: Stat | Record<string, Stat>
    readonly expect: Record<string, unknown>
  }

  const isStat = (value: KnownAnswer['cur']): value is Stat => typeof value['type'] === 'string'
  const reportOf = (value: KnownAnswer['cur']) => (isStat(value) ? [value] : Object.values(value))
  const answers = existsSync(shared) ? (readShared('known-answers.json') as KnownAnswer[]) : []
  const cases = answers.map(({ expect: all, ...rest }) => ({
    ...rest,
    expected: Object.entries(all),
  }))

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

describeShared('recordings', () => {
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
