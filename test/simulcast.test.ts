import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import type { Members } from './deriving.ts'
import { judgeAll, judgeEach, judgeLast, receiverReport, videoOut } from './judging.ts'

interface LayerSecond {
  readonly id: string
  readonly width: number
  readonly kbps: number
  readonly fps: number
  readonly members?: Members
}

const LOW: LayerSecond = { id: 'low', width: 320, kbps: 150, fps: 30 }
const MID: LayerSecond = { id: 'mid', width: 640, kbps: 500, fps: 30 }
const HIGH: LayerSecond = { id: 'high', width: 1280, kbps: 1500, fps: 25 }

/** Polls at 0, 1000, 2000 ..., which see these layers of one sender go on as they did in the first second. */
function sent(sender: Members, ...polls: LayerSecond[][]): Stat[][] {
  return polls.map((layers, second) =>
    layers.map(({ id, width, kbps, fps, members }) =>
      videoOut(
        1000 * second,
        {
          ...{ ...sender, frameWidth: width, frameHeight: (width * 9) / 16 },
          ...{ bytesSent: kbps * 125 * second, packetsSent: 100 * second },
          ...{ framesSent: fps * second, framesEncoded: fps * second },
          ...{ totalEncodeTime: (width * second) / 10_000, ...members },
        },
        id,
      ),
    ),
  )
}

/** With the browser's own gauge, which needs no interval. */
const gauged = (layer: LayerSecond): LayerSecond => ({
  ...layer,
  members: { framesPerSecond: layer.fps },
})

const ALL = [LOW, MID, HIGH]
const MID_0 = { mid: '0' }

describe.each([
  ['mid (Chrome, Firefox)', MID_0],
  ['mediaSourceId (Safari)', { mediaSourceId: 'source' }],
  ['mid, though the source is another', { mid: '0', mediaSourceId: 'source' }],
])('three layers with one %s', (_, sender) => {
  const quality = judgeLast(...sent(sender, ALL, ALL))

  it('are summed, and have the picture of the largest', () => {
    expect(quality.video.outbound).toMatchObject({
      ...{ streams: 3, bitrate: 2_150_000, layersActive: 3 },
      ...{ fps: 25, width: 1280, height: 720, encodeMs: expect.closeTo((1000 * 0.128) / 25, 9) },
    })
  })

  it('have one estimate, under the id of the largest: of its own bits, which is all that is watched', () => {
    const alone = judgeLast(...sent(sender, [HIGH], [HIGH]))
    expect(quality.videoScore).toEqual({ high: expect.any(Number) })
    expect(quality.videoScore).toEqual(alone.videoScore)
  })

  it('have one score', () => {
    expect(quality.score).toBe(10)
    expect(quality.video.outbound?.score).toBe(10)
  })
})

describe('layers', () => {
  const picture = (...polls: LayerSecond[][]) => judgeLast(...sent(MID_0, ...polls)).video.outbound

  it('that stand still are no picture: the next smaller one is', () => {
    const still = { ...HIGH, fps: 0, kbps: 0 }
    expect(picture([LOW, MID, still], [LOW, MID, still])).toMatchObject({
      ...{ streams: 3, layersActive: 2, fps: 30, width: 640, height: 360, bitrate: 650_000 },
    })
  })

  it('of one size are told apart by their frames per second', () => {
    const [slow, fast] = [
      { ...MID, id: 'slow', fps: 15 },
      { ...MID, id: 'fast', fps: 20 },
    ]
    for (const both of [
      [slow, fast],
      [fast, slow],
    ]) {
      expect(picture(both, both)).toMatchObject({ fps: 20 })
      expect(Object.keys(judgeLast(...sent(MID_0, both, both)).videoScore)).toEqual(['fast'])
    }
  })

  it('have the highest target of those that are active', () => {
    const target = (layer: LayerSecond, targetBitrate: number, active = true): LayerSecond => ({
      ...layer,
      members: { targetBitrate, active },
    })
    const layers = [target(LOW, 150_000), target(MID, 500_000), target(HIGH, 1_500_000, false)]
    expect(picture(layers, layers)?.targetBitrate).toBe(500_000)
    expect(picture(ALL, ALL)).not.toHaveProperty('targetBitrate')
  })

  it('lose the sum of what each of them lost', () => {
    const lost = { low: 0, mid: 5, high: 25 }
    const polls = sent(MID_0, ALL, ALL).map((report, second) => [
      ...report,
      ...Object.entries(lost).map(([id, packets]) =>
        receiverReport(1000 * second, id, { packetsLost: packets * second }),
      ),
    ])
    expect(judgeLast(...polls).video.outbound?.lossPct).toBe(10)
  })

  it('that are deleted take nothing away, and one that comes back starts anew', () => {
    const judged = judgeEach(sent(MID_0, ALL, ALL, [LOW, MID], ALL, ALL))
    const bitrates = judged.map(({ quality }) => quality.video.outbound?.bitrate)
    expect(bitrates).toEqual([undefined, 2_150_000, 650_000, 650_000, 2_150_000])
    const counted = judged.map(({ tallies }) => tallies.video.outbound.bytes)
    expect(counted).toEqual([0, 268_750, 81_250, 81_250, 268_750])
  })

  it('have no estimate while the interval of the largest is not known', () => {
    const quality = judgeLast(...sent(MID_0, [LOW, MID], ALL.map(gauged)))
    expect(quality.video.outbound).toMatchObject({ width: 1280, bitrate: 650_000 })
    expect(quality.videoScore).toEqual({})
  })

  it('of two senders are two channels', () => {
    const second = (poll: Stat[], mid: string): Stat[] =>
      poll.map((one) => ({ ...one, id: `${one.id} ${mid}`, mid }))
    const polls = sent({}, ALL, ALL).map((poll) => [...second(poll, '0'), ...second(poll, '1')])
    const quality = judgeLast(...polls)
    expect(Object.keys(quality.videoScore)).toEqual(['high 0', 'high 1'])
    expect(quality.video.outbound).toMatchObject({
      ...{ streams: 6, layersActive: 6, bitrate: 4_300_000, fps: 25 },
    })
  })

  it.each([
    [LOW, HIGH],
    [HIGH, LOW],
  ])('of two senders give the picture of the larger: $0.id, $1.id', (one, other) => {
    const [small, large] = [sent(MID_0, [one], [one]), sent({ mid: '1' }, [other], [other])]
    const quality = judgeLast(...small.map((poll, second) => [...poll, ...(large[second] ?? [])]))
    expect(quality.video.outbound).toMatchObject({ fps: 25, width: 1280, height: 720 })
  })

  it('of which nothing tells the sender are channels of their own', () => {
    const quality = judgeLast(...sent({}, ALL, ALL))
    expect(Object.keys(quality.videoScore)).toEqual(['low', 'mid', 'high'])
  })

  it.each(['camera', 'screen'])(
    'change their largest, and to the %s: the channel goes on',
    (next) => {
      const polls = sent(MID_0, ALL, ALL, [LOW, MID], [LOW, MID]).map((poll, second) =>
        poll.map((one) => ({ ...one, mediaSourceId: second < 2 ? 'camera' : next })),
      )
      const qualities = judgeAll(...polls)
      expect(qualities.map(({ videoScore }) => Object.keys(videoScore))).toEqual([
        ...[[], ['high'], ['mid'], ['mid']],
      ])
      // Of 2150, 650 and 650 kbit/s the mean is 1150, the deviation 707: 0.61. 1.13 for the bitrate, 0.75 for the size.
      expect(qualities.at(-1)?.score).toBe(7.5)
    },
  )
})
