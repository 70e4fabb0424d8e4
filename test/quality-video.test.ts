import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { stat } from './deriving.ts'
import type { Members } from './deriving.ts'
import { judgeAll, judgeLast, videoIn, videoOut } from './judging.ts'

const VGA = { frameWidth: 640, frameHeight: 480 }
/** Of so many bit/s at 640 x 480, with nothing said of delays: 50 ms of rtt are taken for granted. */
const pictureOf = (bitrate: number, fps: number): number =>
  0.56 * Math.log(bitrate / (640 * 480 * fps)) + 5.36 - 0.05
/** What is taken off where `fps` are shown of `expected`. */
const motionOf = (fps: number, expected: number): number => 1.9 * Math.log(expected / fps)

interface Second {
  readonly fps: number
  /** @default 500 */
  readonly kbps?: number
  readonly members?: Members
  /** Nobody looked for eleven seconds, or the clock of the statistics stood still. */
  readonly seconds?: 11 | 0
}

/** An inbound video, second by second, with the browser's own gauge beside the counter. */
function received(...seconds: Second[]): Stat[][] {
  const total = { bytesReceived: 0, packetsReceived: 0, packetsLost: 0, framesDecoded: 0 }
  let at = 0
  return [[videoIn(0, { ...total })]].concat(
    seconds.map(({ fps, kbps = 500, members = VGA, seconds: length = 1 }) => {
      at += 1000 * length
      total.bytesReceived += kbps * 125 * length
      total.packetsReceived += kbps > 0 ? 50 * length : 0
      total.framesDecoded += fps * length
      return [videoIn(at, { ...total, framesPerSecond: fps, ...members })]
    }),
  )
}

const scoreOf = (...seconds: Second[]) => judgeLast(...received(...seconds)).videoScore['vi']

describe('the estimate of an inbound video', () => {
  it('is of its bits per pixel', () => {
    expect(scoreOf({ fps: 30, kbps: 600 })).toBeCloseTo(3.7802, 4)
    const codec = stat('codec', 0, { mimeType: 'video/VP9' }, 'codec')
    const members = { frameWidth: 1280, frameHeight: 720, codecId: 'codec' }
    const [before = [], after = []] = received({ fps: 30, kbps: 1500, members })
    expect(judgeLast(before, [...after, codec]).videoScore['vi']).toBeCloseTo(3.7802, 4)
  })

  it('expects the frames that two seconds in turn have had', () => {
    expect(scoreOf({ fps: 25 }, { fps: 25 }, { fps: 8 })).toBeCloseTo(2.2534, 4)
    expect(scoreOf({ fps: 25 }, { fps: 20 }, { fps: 8 })).toBeCloseTo(
      pictureOf(500_000, 8) - motionOf(8, 20),
      9,
    )
  })

  it('takes a burst of one second for no promise', () => {
    const score = pictureOf(500_000, 25)
    expect(scoreOf({ fps: 25 }, { fps: 60 }, { fps: 25 }, { fps: 25 })).toBeCloseTo(score, 9)
  })

  it('takes a burst that was read twice for one', () => {
    const burst = [{ fps: 60 }, { fps: 60, seconds: 0 as const }]
    expect(scoreOf({ fps: 25 }, ...burst, { fps: 25 })).toBeCloseTo(pictureOf(500_000, 25), 9)
  })

  it('takes what was while nobody looked for no second', () => {
    const burst = [{ fps: 60 }, { fps: 60, seconds: 11 as const }]
    expect(scoreOf(...burst, { fps: 25 })).toBeCloseTo(pictureOf(500_000, 25), 9)
  })

  it('expects nothing of another size', () => {
    const members = { frameWidth: 480, frameHeight: 640 / 2 }
    const area = 480 * 320
    const small = { fps: 8, members }
    expect(scoreOf({ fps: 25 }, { fps: 25 }, small, small)).toBeCloseTo(
      pictureOf((500_000 * 640 * 480) / area, 8),
      9,
    )
  })

  it('takes jitter buffer and half of the rtt off', () => {
    const buffer = [0, 30].map((count) => ({
      ...{ jitterBufferDelay: 0.1 * count, jitterBufferEmittedCount: count, ...VGA },
    }))
    const [before = [], after = []] = received({ fps: 30, kbps: 600, members: buffer[1]! })
    const first = [{ ...before[0]!, ...buffer[0] }]
    expect(judgeLast(first, after).videoScore['vi']).toBeCloseTo(3.7802 - 0.002 * 100, 4)
  })

  it('is 1 where no frame is shown while packets come', () => {
    const quality = judgeLast(...received({ fps: 25 }, { fps: 25 }, { fps: 0 }))
    expect(quality.videoScore).toEqual({ vi: 1 })
    expect(quality.video.inbound?.mos).toBe(1)
  })

  it('is absent, frozen or not, where the browser says no size (Firefox 118)', () => {
    const sizeless = (fps: number): Second => ({ fps, members: {} })
    const qualities = judgeAll(...received(...[25, 25, 0, 0].map(sizeless)))
    expect(qualities.map(({ videoScore }) => videoScore)).toEqual([{}, {}, {}, {}, {}])
  })

  it('is absent where nothing comes', () => {
    const quality = judgeLast(...received({ fps: 25 }, { fps: 25 }, { fps: 0, kbps: 0 }))
    expect(quality.videoScore).toEqual({})
    expect(quality.video).toStrictEqual({ inbound: { streams: 1, bitrate: 0 } })
    expect(quality).not.toHaveProperty('score')
  })

  it('is absent at the first poll, and where nothing is known of the interval', () => {
    const stale = { fps: 25, seconds: 0 as const }
    expect(judgeAll(...received({ fps: 25 }, stale)).map(({ videoScore }) => videoScore)).toEqual([
      ...[{}, { vi: expect.any(Number) }, {}],
    ])
  })
})

describe('the estimate of an outbound video', () => {
  /** A second of a source of 30 frames. */
  const sent = (fps: number, members: Members = {}, sourceFps = 30): Stat[][] =>
    [0, 1].map((second) => [
      videoOut(1000 * second, {
        ...{ mid: '0', mediaSourceId: 'source', ...VGA, framesSent: fps * second },
        ...{ packetsSent: 50 * second, bytesSent: 75_000 * second, ...(second > 0 && members) },
      }),
      stat('media-source', 1000 * second, { kind: 'video', frames: sourceFps * second }, 'source'),
    ])
  const estimateOf = (reports: Stat[][]) => judgeLast(...reports).videoScore['vo']

  it('expects what its source gives', () => {
    expect(estimateOf(sent(30))).toBeCloseTo(3.7802, 4)
    expect(estimateOf(sent(15))).toBeCloseTo(pictureOf(600_000, 15) - motionOf(15, 30), 9)
    expect(estimateOf(sent(15, {}, 15))).toBeCloseTo(pictureOf(600_000, 15), 9)
  })

  it('is 1 where no frame goes while packets do', () => {
    expect(estimateOf(sent(0))).toBe(1)
  })

  it('is absent of an encoding that is not active', () => {
    const idle = { active: false, packetsSent: 0, bytesSent: 0 }
    const quality = judgeLast(...sent(0, idle))
    expect(quality.videoScore).toEqual({})
    expect(quality.video).toStrictEqual({
      outbound: { streams: 1, bitrate: 0, layersActive: 0 },
    })
  })
})
