import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { stat } from './deriving.ts'
import type { Members } from './deriving.ts'
import { audioIn, audioOut, judgeAll, judgeLast, path, receiverReport, videoIn } from './judging.ts'

/** One second of fifty packets, of so many bytes each. */
const second = (direction: 'Received' | 'Sent', bytesEach: number): [Members, Members] => [
  { [`packets${direction}`]: 0, [`bytes${direction}`]: 0, packetsLost: 0 },
  { [`packets${direction}`]: 50, [`bytes${direction}`]: 50 * bytesEach, packetsLost: 0 },
]

/** How one second of an inbound audio stream was. */
const heard = ([before, after]: [Members, Members], ...rest: [Stat[], Stat[]] | []) =>
  judgeLast([audioIn(0, before), ...(rest[0] ?? [])], [audioIn(1000, after), ...(rest[1] ?? [])])

describe('a muted stream', () => {
  it.each([
    ['Chromium', 3, 1200],
    ['Firefox', 2, 800],
  ])('of %s (%i bytes a packet) is listed, counted and not rated', (_, bytes, bitrate) => {
    const [before, after] = second('Received', bytes)
    const quality = heard([before, after])
    expect(quality).toMatchObject({ muted: ['ai'], audioMos: {} })
    expect(quality.audio).toStrictEqual({ inbound: { streams: 1, bitrate, lossPct: 0 } })
    expect(quality).not.toHaveProperty('score')
  })

  it('is one whose source is silent, whatever it sends', () => {
    const [before, after] = second('Sent', 40)
    const poll = (at: number, members: Members, totalAudioEnergy: number): Stat[] => [
      audioOut(at, { ...members, mediaSourceId: 'source' }),
      stat(
        ...(['media-source', at] as const),
        { kind: 'audio', totalAudioEnergy, totalSamplesDuration: at / 1000 },
        'source',
      ),
    ]
    const silent = judgeLast(poll(0, before, 1), poll(1000, after, 1))
    expect(silent.muted).toEqual(['ao'])
    expect(silent.audio.outbound).toStrictEqual({ streams: 1, bitrate: 16_000 })
    expect(judgeLast(poll(0, before, 1), poll(1000, after, 1.1)).muted).toEqual([])
  })

  it('is none of more bytes, of video, and none that has been heard once only', () => {
    const [before, after] = second('Received', 5)
    expect(heard([before, after]).muted).toEqual([])
    const [nothing, small] = second('Received', 3)
    expect(judgeLast([videoIn(0, nothing)], [videoIn(1000, small)]).muted).toEqual([])
    expect(judgeLast([audioIn(0, small)]).muted).toEqual([])
  })

  it('with DTX sends nothing, and loses nothing: its bitrate is 0, its loss not known', () => {
    const [before] = second('Received', 0)
    const quality = heard([before, before])
    expect(quality.audio).toStrictEqual({ inbound: { streams: 1, bitrate: 0 } })
    expect(quality).toMatchObject({ muted: [], audioMos: {} })
    expect(quality).not.toHaveProperty('score')
  })

  it('is none of which everything was lost: that is the worst that is heard', () => {
    const [before] = second('Received', 0)
    const quality = heard([before, { ...before, packetsLost: 50 }])
    expect(quality.muted).toEqual([])
    expect(quality.audioMos['ai']?.lossPct).toBe(100)
    expect(quality.audioMos['ai']?.r).toBeCloseTo(18.019, 3)
    expect(quality.audioMos['ai']?.mos).toBeCloseTo(1.1966, 4)
    // 10, less 4 for the loss and 2 for the bitrate.
    expect(quality.audio.inbound).toMatchObject({ bitrate: 0, lossPct: 100, score: 4 })
  })
})

describe('the MOS of audio', () => {
  const codec = (mimeType: string): Stat => stat('codec', 0, { mimeType }, 'codec')
  const before = { packetsReceived: 0, bytesReceived: 0, packetsLost: 0, packetsDiscarded: 0 }
  const buffer = { jitterBufferDelay: 0, jitterBufferEmittedCount: 0 }
  /** A pair whose answers took so long. */
  const rtt = (totalRoundTripTime: number): [Stat[], Stat[]] => [
    path(0, { responsesReceived: 1, totalRoundTripTime: 1 }),
    path(1000, { responsesReceived: 2, totalRoundTripTime: 1 + totalRoundTripTime }),
  ]

  it('inbound is of the jitter buffer as measured, not of the jitter', () => {
    const after = {
      ...{ packetsReceived: 50, bytesReceived: 5000, packetsLost: 0, jitter: 0.5 },
      ...{ jitterBufferDelay: 4, jitterBufferEmittedCount: 50 },
    }
    const { mos, r, ...inputs } = heard([{ ...before, ...buffer }, after], ...rtt(0.06)).audioMos[
      'ai'
    ]!
    expect([r, mos]).toEqual([expect.closeTo(93.096, 3), expect.closeTo(4.4073, 4)])
    expect(inputs).toStrictEqual({
      ...{ delayMs: expect.closeTo(20 + 80 + 30, 9), lossPct: 0, jitterMs: 500 },
      ...{ jitterBufferDelayMs: 80, rttMs: expect.closeTo(60, 9) },
    })
  })

  it('inbound counts what came too late as lost, of all that was expected', () => {
    const after = {
      ...{ packetsReceived: 99, bytesReceived: 9900, packetsLost: 1, packetsDiscarded: 1 },
      ...{ jitter: 0.02, codecId: 'codec' },
    }
    const [first, last] = rtt(0.2)
    const quality = heard([before, after], first, [...last, codec('audio/opus')])
    expect(quality.audioMos['ai']).toStrictEqual({
      ...{ r: expect.closeTo(78.531, 3), mos: expect.closeTo(3.9673, 4), codec: 'audio/opus' },
      ...{ delayMs: expect.closeTo(20 + 40 + 100, 9), lossPct: 2, jitterMs: 20 },
      rttMs: expect.closeTo(200, 9),
    })
    expect(quality.audio.inbound).toMatchObject({ lossPct: 1, mos: quality.audioMos['ai']?.mos })
  })

  it('is of the codec that the stream says', () => {
    const after = { packetsReceived: 99, bytesReceived: 9900, packetsLost: 1, jitter: 0.01 }
    const [first, last] = rtt(0.1)
    const mosOf = (mimeType: string) =>
      heard([before, { ...after, codecId: 'codec' }], first, [...last, codec(mimeType)]).audioMos
    expect(mosOf('audio/PCMU')['ai']).toMatchObject({ r: expect.closeTo(89.56, 3) })
    expect(mosOf('audio/opus')['ai']).toMatchObject({ r: expect.closeTo(85.344, 3) })
    expect(heard([before, after], first, last).audioMos['ai']).not.toHaveProperty('codec')
  })

  it('has no rtt where none is known, and takes it as 0', () => {
    const after = { packetsReceived: 50, bytesReceived: 5000, packetsLost: 0, jitter: 0.01 }
    expect(heard([before, after]).audioMos['ai']).toStrictEqual({
      ...{ mos: expect.any(Number), r: expect.closeTo(93.108, 3) },
      ...{ delayMs: 40, lossPct: 0, jitterMs: 10 },
    })
  })

  /** A poll of what is sent, a hundred packets of a hundred bytes a second, and of what was said of it. */
  const poll = (at: number, reportedAt: number, report: Members, pair: Members = {}): Stat[] => [
    audioOut(at, { packetsSent: at / 10, bytesSent: 10 * at }),
    receiverReport(reportedAt, 'ao', report),
    ...path(at, pair),
  ]

  it('outbound is of the receiver report, with twice its jitter', () => {
    const measured = { roundTripTimeMeasurements: 1, totalRoundTripTime: 1 }
    const last = {
      ...{ roundTripTimeMeasurements: 2, totalRoundTripTime: 1.3 },
      ...{ jitter: 0.03, packetsLost: 5 },
    }
    const polls = [poll(0, 0, { packetsLost: 0, ...measured }), poll(1000, 1000, last)] as const
    expect(judgeLast(...polls).audioMos['ao']).toStrictEqual({
      ...{ r: expect.closeTo(58.464, 3), mos: expect.closeTo(3.0201, 4), jitterMs: 30 },
      ...{ delayMs: expect.closeTo(20 + 60 + 150, 9), lossPct: 5, rttMs: expect.closeTo(300, 9) },
    })
  })

  it('prefers the mean rtt of the stream, then of the pair, then what either last measured', () => {
    const own = { roundTripTime: 0.3, roundTripTimeMeasurements: 1, totalRoundTripTime: 1 }
    const pair = { currentRoundTripTime: 0.4, responsesReceived: 1, totalRoundTripTime: 1 }
    const rttOf = (report: Members, more: Members) =>
      judgeLast(
        poll(0, 0, { ...own, packetsLost: 0 }, pair),
        poll(1000, 1000, { packetsLost: 0, ...report }, more),
      ).audioMos['ao']?.rttMs
    const ownMean = { ...own, roundTripTimeMeasurements: 2, totalRoundTripTime: 1.1 }
    const pairMean = { ...pair, responsesReceived: 2, totalRoundTripTime: 1.2 }
    expect(rttOf(ownMean, pairMean)).toBeCloseTo(100, 9)
    expect(rttOf(own, pairMean)).toBeCloseTo(200, 9)
    expect(rttOf(own, pair)).toBe(300)
    expect(rttOf({}, pair)).toBe(400)
    expect(rttOf({}, {})).toBeUndefined()
  })

  it('outbound holds the loss that was last reported, for 15 s', () => {
    const reports = [1000, 2000, 9000, 17_000, 17_001, 18_000].map((at) =>
      poll(at, Math.min(at, 2000), { packetsLost: at < 2000 ? 0 : 5 }),
    )
    const lossOf = (...polls: Stat[][]) =>
      judgeAll(...polls).map(({ audioMos }) => audioMos['ao']?.lossPct)
    expect(lossOf(...reports)).toEqual([undefined, 5, 5, 5, undefined, undefined])
    const again = poll(19_000, 19_000, { packetsLost: 5 })
    expect(lossOf(...reports, again).at(-1)).toBe(0)
  })

  it('outbound is absent where nobody ever reported', () => {
    const quality = judgeLast(
      [audioOut(0, { packetsSent: 0, bytesSent: 0 })],
      [audioOut(1000, { packetsSent: 50, bytesSent: 5000 })],
    )
    expect(quality.audioMos).toEqual({})
    expect(quality.score).toBe(10)
  })
})

describe('the score', () => {
  /** [packets, kbit/s] of each second of an inbound stream. */
  const seconds = (
    read: typeof audioIn,
    ...each: [packets: number, kbps: number, ms?: number][]
  ) => {
    const total = { packetsReceived: 0, bytesReceived: 0, packetsLost: 0 }
    let at = 0
    return [[read(0, total)]].concat(
      each.map(([packets, kbps, ms = 1000]) => {
        total.packetsReceived += packets
        total.bytesReceived += (kbps * ms) / 8
        at += ms
        return [read(at, { ...total })]
      }),
    )
  }
  const scoreOf = (...each: [packets: number, kbps: number, ms?: number][]) =>
    judgeLast(...seconds(audioIn, ...each)).score

  it('is the mean over the streams', () => {
    const quality = judgeLast(
      [
        audioIn(0, { packetsReceived: 0, bytesReceived: 0, packetsLost: 0 }),
        videoIn(0, { packetsReceived: 0, bytesReceived: 0, packetsLost: 0 }),
      ],
      [
        audioIn(1000, { packetsReceived: 50, bytesReceived: 5000, packetsLost: 0 }),
        videoIn(1000, { packetsReceived: 90, bytesReceived: 187_500, packetsLost: 10 }),
      ],
    )
    expect(quality.score).toBe((10 + 6) / 2)
    expect([quality.audio.inbound?.score, quality.video.inbound?.score]).toEqual([10, 6])
  })

  it('falls with the variation of the bitrate', () => {
    expect(scoreOf([50, 60], [50, 60], [50, 60])).toBe(10)
    // Mean 60, deviation 10 and 20 kbit/s.
    expect(scoreOf([50, 50], [50, 70])).toBe(9.8)
    expect(scoreOf([50, 40], [50, 80])).toBe(9.7)
  })

  it('does not count a mute, a gap, a reset or a silence as variation', () => {
    expect(scoreOf([50, 60], [50, 1.2], [0, 0], [50, 60])).toBe(10)
    expect(scoreOf([50, 60], [50, 500, 11_000], [50, 60])).toBe(10)
    const [first = [], last = []] = seconds(audioIn, [50, 60])
    const anew = seconds(audioIn, [50, 60]).flat()
    const later = anew.map((one, poll) => [{ ...one, timestamp: 2000 + 1000 * poll }])
    expect(judgeLast(first, last, ...later).score).toBe(10)
  })
})
