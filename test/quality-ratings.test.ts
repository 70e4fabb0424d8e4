import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { stat } from './deriving.ts'
import type { Members } from './deriving.ts'
import { audioIn, audioOut, judgeAll, judgeLast, path, receiverReport } from './judging.ts'

/** How one second of an inbound audio stream was. */
const heard = ([before, after]: [Members, Members], ...rest: [Stat[], Stat[]] | []) =>
  judgeLast([audioIn(0, before), ...(rest[0] ?? [])], [audioIn(1000, after), ...(rest[1] ?? [])])

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
