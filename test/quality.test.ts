import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { stat } from './deriving.ts'
import type { Members } from './deriving.ts'
import {
  audioIn,
  audioOut,
  judgeAll,
  judgeEach,
  judgeLast,
  path,
  receiverReport,
} from './judging.ts'
import { videoIn } from './judging.ts'

describe('the selected pair', () => {
  const pairOf = (...reports: Stat[][]) => judgeLast(...reports).selectedPair

  it.each([
    [{ candidateType: 'host', protocol: 'udp' }, 'udp'],
    [{ candidateType: 'srflx', protocol: 'udp' }, 'udp'],
    [{ candidateType: 'prflx', protocol: 'tcp' }, 'tcp'],
    [{ candidateType: 'relay', protocol: 'udp', relayProtocol: 'udp' }, 'turn-udp'],
    [{ candidateType: 'relay', protocol: 'udp', relayProtocol: 'tcp' }, 'turn-tcp'],
    [{ candidateType: 'relay', protocol: 'udp', relayProtocol: 'tls' }, 'turn-tls'],
    [{ candidateType: 'relay', protocol: 'udp', url: 'turn:t.example:3478' }, 'turn-udp'],
    [{ candidateType: 'relay', protocol: 'udp', url: 'turn:t.example?transport=tcp' }, 'turn-tcp'],
    [{ candidateType: 'relay', protocol: 'udp', url: 'turns:t.example?transport=tcp' }, 'turn-tls'],
  ])('with the local candidate %j goes by %s', (local, kind) => {
    expect(pairOf(path(0, {}, local))).toEqual({ id: 'pair', path: kind, protocol: local.protocol })
  })

  it('has neither path nor protocol where the browser tells none', () => {
    expect(pairOf(path(0, {}, { candidateType: 'relay' }))).toStrictEqual({ id: 'pair' })
    expect(pairOf(path(0).slice(0, 2))).toStrictEqual({ id: 'pair' })
  })

  it('is absent where there is none', () => {
    expect(judgeLast([audioIn(0)])).not.toHaveProperty('selectedPair')
    const refused = stat('candidate-pair', 0, { nominated: true, state: 'failed' })
    expect(judgeLast([refused])).not.toHaveProperty('selectedPair')
  })

  it('has the mean rtt of the interval, else the last measured, else none', () => {
    const pair = (at: number, responsesReceived: number, totalRoundTripTime: number) =>
      path(at, { responsesReceived, totalRoundTripTime, currentRoundTripTime: 0.1 })
    expect(pairOf(pair(0, 10, 1), pair(1000, 12, 1.3))?.rttMs).toBeCloseTo(150, 9)
    expect(pairOf(pair(0, 10, 1), pair(1000, 10, 1))?.rttMs).toBe(100)
    expect(pairOf(pair(0, 0, 0), pair(1000, 0, 0))).toStrictEqual({ id: 'pair' })
  })

  const nominated = (id: string, members: Members = {}): Stat =>
    stat('candidate-pair', 0, { nominated: true, state: 'succeeded', ...members }, id)

  it('of three that are nominated is the one that the transport names', () => {
    const pairs = ['a', 'b', 'c'].map((id) => nominated(id, { bytesSent: id === 'a' ? 9 : 1 }))
    const transport = stat('transport', 0, { selectedCandidatePairId: 'b' }, 'T')
    expect(pairOf([...pairs, transport])?.id).toBe('b')
  })

  it('of three that are nominated is, without a transport, the one that says so, or sent last', () => {
    const bySelf = ['a', 'b', 'c'].map((id) => nominated(id, { selected: id === 'b' }))
    const byTime = [3, 9, 5].map((at) => nominated(`at ${at}`, { lastPacketSentTimestamp: at }))
    expect(pairOf(bySelf)?.id).toBe('b')
    expect(pairOf(byTime)?.id).toBe('at 9')
  })

  it('that has changed starts anew: no bitrate from the counters of another', () => {
    const using = (at: number, id: string, bytesSent: number): Stat[] => [
      stat('transport', at, { selectedCandidatePairId: id }, 'T'),
      stat('candidate-pair', at, { bytesSent }, id),
    ]
    const judged = judgeEach([
      using(0, 'old', 1_000_000),
      using(1000, 'new', 5_000_000),
      using(2000, 'new', 5_000_100),
    ])
    expect(judged.map(({ quality }) => quality.selectedPair?.id)).toEqual(['old', 'new', 'new'])
    expect(judged.map(({ metrics }) => metrics['new']?.sendBitrate)).toEqual([
      ...[undefined, undefined, 800],
    ])
  })
})

describe('an aggregate', () => {
  it('sums the bitrates of its streams, each over its own interval', () => {
    const { audio } = judgeLast(
      [audioIn(0, { bytesReceived: 0 }, 'a'), audioIn(0, { bytesReceived: 0 }, 'b')],
      [audioIn(1000, { bytesReceived: 10_000 }, 'a'), audioIn(2000, { bytesReceived: 5000 }, 'b')],
    )
    expect(audio).toStrictEqual({ inbound: { streams: 2, bitrate: 80_000 + 20_000 } })
  })

  it('divides all that was lost by all that was expected, and averages no rates', () => {
    const { audio } = judgeLast(
      [audioIn(0, COUNTED, 'a'), audioIn(0, COUNTED, 'b')],
      [
        audioIn(1000, { packetsReceived: 50, packetsLost: 50 }, 'a'),
        audioIn(1000, { packetsReceived: 900, packetsLost: 0 }, 'b'),
      ],
    )
    expect(audio.inbound?.lossPct).toBe(5)
  })

  it('loses no more than everything, whatever was retransmitted', () => {
    const after = { packetsReceived: 5, packetsLost: 10, retransmittedPacketsReceived: 8 }
    const before = { ...COUNTED, bytesReceived: 0, retransmittedPacketsReceived: 0 }
    const { video } = judgeLast(
      [videoIn(0, before)],
      [videoIn(1000, { ...after, bytesReceived: 1 })],
    )
    expect(video.inbound?.lossPct).toBe(100)
  })

  it('does not make up for what one stream lost with the late packets of another', () => {
    const { audio } = judgeLast(
      [audioIn(0, COUNTED, 'a'), audioIn(0, { packetsReceived: 0, packetsLost: 5 }, 'b')],
      [
        audioIn(1000, { packetsReceived: 90, packetsLost: 10 }, 'a'),
        audioIn(1000, { packetsReceived: 105, packetsLost: 0 }, 'b'),
      ],
    )
    expect(audio.inbound?.lossPct).toBe(5)
  })

  it('weighs jitter and rtt with the time that they stood for', () => {
    const { audio } = judgeLast(
      [audioIn(0, {}, 'a'), audioIn(0, {}, 'b')],
      [audioIn(1000, { jitter: 0.01 }, 'a'), audioIn(3000, { jitter: 0.05 }, 'b')],
    )
    expect(audio.inbound?.jitterMs).toBeCloseTo((10 * 1 + 50 * 3) / 4, 9)
  })

  it('has no member that is not known', () => {
    expect(judgeLast([audioIn(0)]).audio).toStrictEqual({ inbound: { streams: 1 } })
    const bytes = [audioIn(0, { bytesReceived: 0 }), audioIn(1000, { bytesReceived: 9 })] as const
    expect(judgeLast([bytes[0]], [bytes[1]]).audio).toStrictEqual({
      inbound: { streams: 1, bitrate: 72 },
    })
  })

  it('has no bitrate where nobody counts bytes: that is no silence, and no score', () => {
    const quality = judgeLast(
      [audioIn(0, COUNTED)],
      [audioIn(1000, { packetsReceived: 48, packetsLost: 2 })],
    )
    expect(quality.audio.inbound).toStrictEqual({
      ...{ streams: 1, lossPct: 4, mos: quality.audioMos['ai']?.mos },
    })
    expect(quality.audioMos['ai']?.mos).toBeLessThan(4.5)
    expect(quality.muted).toEqual([])
    expect(quality).not.toHaveProperty('score')
  })

  it.each<[string, Stat[]]>([
    ['is new', []],
    ['began anew', [audioIn(0, { bytesReceived: 900_000, packetsReceived: 9000 }, 'b')]],
    ['was not read again', [audioIn(1000, { bytesReceived: 100 }, 'b')]],
  ])('gets nothing from a stream that %s', (_, before) => {
    const { audio } = judgeLast(
      [audioIn(0, { bytesReceived: 0 }, 'a'), ...before],
      [
        audioIn(1000, { bytesReceived: 1000, jitter: 0.002 }, 'a'),
        audioIn(1000, { bytesReceived: 700, packetsReceived: 7, jitter: 0.9 }, 'b'),
      ],
    )
    expect(audio).toStrictEqual({ inbound: { streams: 2, bitrate: 8000, jitterMs: 2 } })
  })

  it('is of one kind and direction, and there is none of what there is not', () => {
    const quality = judgeLast(
      [audioOut(0, { bytesSent: 0 }), videoIn(0, { bytesReceived: 0 })],
      [audioOut(1000, { bytesSent: 1 }), videoIn(1000, { bytesReceived: 2 })],
    )
    expect(quality.audio).toStrictEqual({ outbound: { streams: 1, bitrate: 8 } })
    expect(quality.video).toStrictEqual({ inbound: { streams: 1, bitrate: 16 } })
  })

  it('counts a receiver report once: the sums over a call are what the last one says', () => {
    // [at, packetsSent, reportedAt, packetsLost]: two polls see each report.
    const seen = [
      ...[[0, 0, 0, 0] as const, [1000, 100, 0, 0] as const, [2000, 200, 1900, 20] as const],
      ...[[3000, 300, 1900, 20] as const, [4000, 400, 3900, 25] as const],
      ...[[5000, 500, 3900, 25] as const],
    ]
    const judged = judgeEach(
      seen.map(([at, packetsSent, reportedAt, packetsLost]) => [
        audioOut(at, { packetsSent }),
        receiverReport(reportedAt, 'ao', { packetsLost }),
      ]),
    )
    expect(judged.map(({ quality }) => quality.audio.outbound?.lossPct)).toEqual([
      ...[undefined, undefined, 10, undefined, 2.5, undefined],
    ])
    const sumOf = (name: 'lost' | 'expected') =>
      judged.reduce((sum, { tallies }) => sum + tallies.audio.outbound[name], 0)
    expect([sumOf('lost'), sumOf('expected')]).toEqual([25, 400])
  })
})

const COUNTED = { packetsReceived: 0, packetsLost: 0 }

describe('an ICE restart', () => {
  const ufrags = (...fragments: (string | undefined)[]) =>
    judgeAll(
      ...fragments.map((fragment, poll) => [
        stat('transport', 1000 * poll, { iceLocalUsernameFragment: fragment }, 'T'),
      ]),
    ).map(({ iceRestart }) => iceRestart)

  it('is told at the first poll with another user name fragment, and only there', () => {
    expect(ufrags('aaaa', 'aaaa', 'bbbb', 'bbbb')).toEqual([undefined, undefined, true, undefined])
  })

  it('is not told where a fragment is not known', () => {
    expect(ufrags(undefined, 'aaaa', undefined, undefined)).toEqual(Array(4).fill(undefined))
    // Chromium, of a transport for which there is a remote description only.
    expect(ufrags('', 'aaaa', '', 'bbbb')).toEqual(Array(4).fill(undefined))
  })

  it('is none of a transport that is new', () => {
    const transport = (id: string, iceLocalUsernameFragment: string) => [
      stat('transport', 0, { iceLocalUsernameFragment }, id),
    ]
    const [, quality] = judgeAll(transport('T01', 'aaaa'), transport('T11', 'bbbb'))
    expect(quality).not.toHaveProperty('iceRestart')
  })
})

describe('what the capture knows', () => {
  const of = (skewMs: number, callSetupMs: number | null = null) =>
    judgeEach([[]], { skewMs, callSetupMs })[0]?.quality

  it.each([5001, -5001, 3_600_000])('a clock that is off by %i ms is told', (skewMs) => {
    expect(of(skewMs)?.clockSkewMs).toBe(skewMs)
  })

  it.each([0, 3, 5000, -5000])('a clock that is off by %i ms is not', (skewMs) => {
    expect(of(skewMs)).not.toHaveProperty('clockSkewMs')
  })

  it('the set-up time is always there', () => {
    expect(of(0, 549)?.callSetupMs).toBe(549)
    expect(of(0)?.callSetupMs).toBeNull()
  })

  it('of an empty report nothing else is', () => {
    expect(of(0)).toStrictEqual({
      ...{ audio: {}, video: {}, audioMos: {}, videoScore: {}, muted: [], callSetupMs: null },
    })
  })
})
