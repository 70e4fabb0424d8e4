import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rateAudio, rateStream, rateVideo } from '../workers/score.ts'
import type { AudioConditions, StreamConditions } from '../workers/score.ts'

describe('audio', () => {
  it.each<[AudioConditions, number, number]>([
    [{}, 93.108, 4.4075],
    [{ codec: 'audio/opus', rttMs: 100, jitterMs: 10, lossPct: 1 }, 85.344, 4.2089],
    [{ rttMs: 200, jitterMs: 20, lossPct: 2 }, 78.531, 3.9673],
    [{ rttMs: 300, jitterMs: 30, lossPct: 5 }, 58.464, 3.0201],
    [{ rttMs: 400, jitterMs: 50, lossPct: 10 }, 34.239, 1.7923],
    [{ rttMs: 1000, jitterMs: 100, lossPct: 20 }, -1.53, 1],
    [{ rttMs: 60, jitterMs: 500, jitterBufferDelayMs: 80 }, 93.096, 4.4073],
    [{ lossPct: 100 }, 18.019, 1.1966],
    [{ codec: 'audio/PCMU', rttMs: 100, jitterMs: 10, lossPct: 1 }, 89.56, 4.3281],
    [{ codec: 'PCMA', rttMs: 100, jitterMs: 10, lossPct: 1 }, 89.56, 4.3281],
  ])('%j has R %d and MOS %d', (conditions, r, mos) => {
    expect(rateAudio(conditions).r).toBeCloseTo(r, 3)
    expect(rateAudio(conditions).mos).toBeCloseTo(mos, 4)
  })

  it('G.722 is wideband: R 89.9 at best', () => {
    expect(rateAudio({ codec: 'audio/G722' }).r).toBeCloseTo((129 - 13) / 1.29, 9)
  })

  const conditions = fc.record({
    codec: fc.constantFrom('audio/opus', 'audio/PCMU', 'audio/G722', 'audio/red'),
    rttMs: fc.double({ min: 0, max: 3000, noNaN: true }),
    jitterMs: fc.double({ min: 0, max: 1500, noNaN: true }),
    lossPct: fc.double({ min: 0, max: 99, noNaN: true }),
  })
  const more = fc.double({ min: 0, max: 500, noNaN: true })

  it.each(['rttMs', 'jitterMs', 'lossPct'] as const)(
    'never rises with %s, and is 1..4.5',
    (name) => {
      fc.assert(
        fc.property(conditions, more, (before, rise) => {
          const worse = { ...before, [name]: before[name] + (name === 'lossPct' ? rise / 5 : rise) }
          const [best, worst] = [rateAudio(before).mos, rateAudio(worse).mos]
          // What differs in the last bit is no rise.
          expect(worst).toBeLessThanOrEqual(best + 1e-12)
          for (const mos of [best, worst]) expect(mos >= 1 && mos <= 4.5).toBe(true)
        }),
        { numRuns: 2000 },
      )
    },
  )

  it('never rises in a fine sweep of the whole range', () => {
    const sweep = (name: 'rttMs' | 'jitterMs' | 'lossPct', most: number): number[] =>
      Array.from({ length: 3001 }, (_, step) => rateAudio({ [name]: (most * step) / 3000 }).mos)
    for (const [name, most] of [
      ['rttMs', 3000],
      ['jitterMs', 1500],
      ['lossPct', 99],
    ] as const) {
      const all = sweep(name, most)
      expect(all.filter((mos, index) => mos > (all[index - 1] ?? Infinity))).toEqual([])
    }
  })
})

describe('video', () => {
  it.each([
    [{ bitrate: 600_000 }, 3.7802],
    [{ bitrate: 1_500_000, width: 1280, height: 720 }, 3.6781],
    [{ bitrate: 1_500_000, width: 1280, height: 720, codec: 'video/VP9' }, 3.7802],
    [{ bitrate: 500_000, fps: 8, expectedFps: 25 }, 2.2534],
    [{ bitrate: 600_000, fps: 35, expectedFps: 30 }, 3.6939],
    [{ bitrate: 100_000, fps: 0 }, 1],
    [{ bitrate: 0 }, 1],
  ])('%j has %d', (conditions, score) => {
    expect(rateVideo(conditions)).toBeCloseTo(score, 4)
  })
})

describe('the score of a stream', () => {
  it.each<[StreamConditions, number]>([
    [{ kind: 'audio', bitrateKbps: 40 }, 10],
    [{ kind: 'audio', bitrateKbps: 13, lossPct: 3.6, jitterMs: 8, rttMs: 428, cv: 0.1 }, 6],
    [{ kind: 'audio', bitrateKbps: 24, lossPct: 0.1, cv: 0.1 }, 9.1],
    [
      {
        ...{ kind: 'video', bitrateKbps: 1596, lossPct: 2.7, rttMs: 159, cv: 0.2 },
        ...{ width: 1280, height: 720 },
      },
      8.7,
    ],
    [{ kind: 'audio', bitrateKbps: 0, lossPct: 100, jitterMs: 500, rttMs: 3000, cv: 2 }, 0],
  ])('%j has %d', (conditions, score) => {
    expect(rateStream(conditions)).toBe(score)
  })
})

const shared = new URL('../../shared/fixtures/mos-reference.json', import.meta.url)
/** Not skipped where it is absent: then there is no such test. */
const describeShared: (name: string, tests: () => void) => void = existsSync(shared)
  ? describe
  : () => {}

describeShared('the reference', () => {
  interface Reference {
    readonly model: 'audio' | 'video' | 'score'
    readonly in: never
    readonly mos: number
    readonly R: number
    readonly Ta: number
    readonly score: number
  }

  const references = existsSync(shared)
    ? (JSON.parse(readFileSync(shared, 'utf8')) as Reference[])
    : []

  /** How far each of our numbers is off. */
  function errorsOf({ model, in: conditions, mos, R, Ta, score }: Reference): number[] {
    if (model === 'score') return [rateStream(conditions) - score]
    if (model === 'video') return [rateVideo(conditions) - mos]
    const rated = rateAudio(conditions)
    return [rated.delayMs - Ta, rated.r - R, rated.mos - mos]
  }

  it.each(references)('$model $in', (reference) => {
    // To the four decimals in which it is written.
    expect(errorsOf(reference).filter((error) => !(Math.abs(error) < 6e-5))).toEqual([])
  })
})
