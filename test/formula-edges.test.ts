// Where a formula alone would say too much: each edge that METRICS.md A.2 notes.
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { between, deriveAll, deriveOne, stat } from './deriving.ts'
import type { Members } from './deriving.ts'

const video = (before: Members, after: Members, seconds?: number) =>
  between('inbound-rtp', { kind: 'video', ...before }, { kind: 'video', ...after }, seconds)

describe('audio', () => {
  const heard = (before: Members, after: Members) =>
    between('inbound-rtp', { kind: 'audio', ...before }, { kind: 'audio', ...after })

  it('its level is that of the interval, not of the life', () => {
    const before = { totalAudioEnergy: 100, totalSamplesDuration: 100 }
    const quiet = { totalAudioEnergy: 100.01, totalSamplesDuration: 101 }
    expect(heard(before, quiet)?.audioLevelRms).toBeCloseTo(0.1, 9)
    expect(heard(before, { ...before, totalSamplesDuration: 101 })?.audioLevelRms).toBe(0)
    expect(heard(before, before)).toBeUndefined()
  })

  it('concealed with silence alone is none that is heard', () => {
    const before = { concealedSamples: 0, silentConcealedSamples: 0, totalSamplesReceived: 0 }
    const after = { concealedSamples: 480, silentConcealedSamples: 480, totalSamplesReceived: 960 }
    expect(heard(before, after)).toMatchObject({ concealmentPct: 50, audibleConcealmentPct: 0 })
  })

  it('concealed beyond that is heard, to the last sample', () => {
    const before = { concealedSamples: 0, silentConcealedSamples: 0, totalSamplesReceived: 0 }
    const after = { concealedSamples: 960, silentConcealedSamples: 0, totalSamplesReceived: 960 }
    expect(heard(before, after)).toMatchObject({ concealmentPct: 100, audibleConcealmentPct: 100 })
  })

  it('with silence uncounted, nobody knows what of it is heard', () => {
    const before = { concealedSamples: 0, totalSamplesReceived: 0 }
    const derived = heard(before, { concealedSamples: 480, totalSamplesReceived: 960 })
    expect(derived).toEqual({ intervalSec: 1, concealmentPct: 50 })
  })
})

describe('the kind of a stream', () => {
  const before = { frames: 0, framesEncoded: 0, framesDecoded: 0, concealmentEvents: 0 }
  const after = { frames: 9, framesEncoded: 9, framesDecoded: 9, concealmentEvents: 1 }
  const namesOf = (type: string, members: Members) =>
    Object.keys(between(type, { ...members, ...before }, { ...members, ...after }) ?? {})

  it.each<[string, Members, string[]]>([
    ['inbound-rtp', { kind: 'audio' }, ['concealmentEventRate']],
    ['inbound-rtp', { kind: 'video' }, ['fpsDecoded', 'noFramesSec']],
    ['inbound-rtp', { mediaType: 'video' }, ['fpsDecoded', 'noFramesSec']],
    ['inbound-rtp', { kind: 'audio', mediaType: 'video' }, ['concealmentEventRate']],
    ['inbound-rtp', {}, ['concealmentEventRate', 'fpsDecoded', 'noFramesSec']],
    ['inbound-rtp', { kind: 'depth' }, ['concealmentEventRate', 'fpsDecoded', 'noFramesSec']],
    ['outbound-rtp', { kind: 'video' }, ['fpsEncoded']],
    ['outbound-rtp', {}, ['fpsEncoded']],
  ])('%s %j has %j', (type, members, names) => {
    expect(namesOf(type, members)).toEqual(['intervalSec', ...names])
  })

  it('outbound-rtp audio has nothing of video', () => {
    expect(namesOf('outbound-rtp', { kind: 'audio' })).toEqual([])
  })
})

describe('video received', () => {
  it('its delay between frames is by those rendered where they are counted, else by those decoded', () => {
    const before = { totalInterFrameDelay: 0, totalSquaredInterFrameDelay: 0, framesDecoded: 0 }
    const after = { totalInterFrameDelay: 1, totalSquaredInterFrameDelay: 0.02, framesDecoded: 50 }
    const rendered = video({ ...before, framesRendered: 0 }, { ...after, framesRendered: 100 })
    expect(rendered).toMatchObject({ interFrameDelayMs: 10 })
    expect(rendered?.interFrameDelayStdDevMs).toBeCloseTo(10, 9)
    expect(video(before, after)).toMatchObject({
      interFrameDelayMs: 20,
      interFrameDelayStdDevMs: 0,
    })
    // Counted from this reading on: not yet over the interval.
    expect(video(before, { ...after, framesRendered: 100 })?.interFrameDelayMs).toBe(20)
  })

  it('frames that come evenly deviate by 0, though their variance may be less by float error', () => {
    // Ten frames, 50 ms each.
    const after = {
      totalInterFrameDelay: 0.5,
      totalSquaredInterFrameDelay: 0.025,
      framesDecoded: 10,
    }
    expect(0.025 / 10 - (0.5 / 10) ** 2).toBeLessThan(0)
    const before = { totalInterFrameDelay: 0, totalSquaredInterFrameDelay: 0, framesDecoded: 0 }
    expect(video(before, after)?.interFrameDelayStdDevMs).toBe(0)
  })

  it('more frames decoded than received are no frames in flight', () => {
    const done = { framesDecoded: 5, framesDropped: 1 }
    expect(video({}, { framesReceived: 8, ...done })?.framesInFlight).toBe(2)
    expect(video({}, { framesReceived: 6, ...done })?.framesInFlight).toBe(0)
    expect(video({}, { framesReceived: 5, ...done })).toBeUndefined()
    expect(video({}, { framesReceived: 8, framesDecoded: 5 })).toBeUndefined()
  })

  it('a freeze, told when the next frame is shown, fills the interval at most (E11)', () => {
    const before = { totalFreezesDuration: 1, totalPausesDuration: 1 }
    const after = { totalFreezesDuration: 8.5, totalPausesDuration: 3.5 }
    expect(video(before, after, 2)).toEqual({ intervalSec: 2, freezePct: 100, pausePct: 100 })
  })

  it('is delayed by processing per frame decoded, not per frame out of the jitter buffer', () => {
    const before = { totalProcessingDelay: 0, framesDecoded: 0, jitterBufferEmittedCount: 0 }
    const after = { totalProcessingDelay: 1, framesDecoded: 20, jitterBufferEmittedCount: 25 }
    expect(video(before, after)?.processingDelayMs).toBe(50)
  })

  it('sums that go back without a reset leave out their metric alone', () => {
    const before = { totalDecodeTime: 2, framesDecoded: 0 }
    const derived = video(before, { totalDecodeTime: 1, framesDecoded: 10 })
    expect(derived).toEqual({ intervalSec: 1, fpsDecoded: 10, noFramesSec: 0 })
  })
})

describe('noFramesSec', () => {
  /** What it says at each poll, a second apart, of what was counted there. */
  const over = (...polls: Members[]) =>
    deriveAll(
      ...polls.map((members, at) => [
        stat('inbound-rtp', 1000 * at, { kind: 'video', ...members }),
      ]),
    ).map((metrics) => metrics['x']?.noFramesSec)
  const frames = (...counts: number[]) => counts.map((framesDecoded) => ({ framesDecoded }))

  it('counts up while no frame is decoded, and begins at 0 with the next', () => {
    expect(over(...frames(3, 5, 5, 5, 5, 6, 6))).toEqual([undefined, 0, 1, 2, 3, 0, 1])
  })

  it('counts from the first reading where no frame came since', () => {
    expect(over(...frames(0, 0, 0))).toEqual([undefined, 1, 2])
  })

  it('does so while the freeze is not told yet (E11)', () => {
    const frozen = frames(5, 5, 5).map((each) => ({ ...each, totalFreezesDuration: 0 }))
    expect(over(...frozen, { framesDecoded: 6, totalFreezesDuration: 3 })).toEqual([
      ...[undefined, 1, 2, 0],
    ])
  })

  it('begins anew after a reset', () => {
    expect(over(...frames(5, 5, 2, 2))).toEqual([undefined, 1, undefined, 1])
    const byOthers = [9, 9, 1, 1].map((packetsReceived) => ({ framesDecoded: 5, packetsReceived }))
    expect(over(...byOthers)).toEqual([undefined, 1, undefined, 1])
  })

  it('begins anew where the count was missing: frames may have come in between', () => {
    expect(over(...frames(5, 5), {}, ...frames(5, 5))).toEqual([
      ...[undefined, 1, undefined, undefined, 1],
    ])
  })

  it('begins anew where time went back, and is never negative', () => {
    const reading = (at: number) => stat('inbound-rtp', at, { framesDecoded: 5 })
    expect(deriveOne(reading(9000), reading(1000), reading(2000))?.noFramesSec).toBe(1)
  })
})

describe('qualityLimitation', () => {
  const durations = (none: unknown, cpu: unknown, rest: Members = {}, others: Members = {}) => ({
    ...{ kind: 'video', qualityLimitationDurations: { none, cpu, ...others }, ...rest },
  })
  const shares = (before: Members, after: Members) => between('outbound-rtp', before, after)
  const half = { 'qualityLimitation.none': 0.5, 'qualityLimitation.cpu': 0.5 }

  it('is not told of an encoding that is not active, though `none` counts on', () => {
    const [before, after] = [durations(0, 0), durations(1, 1, { active: false })]
    expect(shares(before, after)).toBeUndefined()
    expect(shares(before, { ...after, active: true })).toEqual({ intervalSec: 1, ...half })
  })

  it('is not told where nothing was counted', () => {
    expect(shares(durations(3, 1), durations(3, 1))).toBeUndefined()
  })

  it('of a browser that knows fewer reasons has those alone', () => {
    expect(shares(durations(0, 0), durations(2, 2))).toEqual({ intervalSec: 1, ...half })
  })

  it('is read from strings too', () => {
    expect(shares(durations('1.5', '2'), durations('2.5', '3'))).toEqual({
      intervalSec: 1,
      ...half,
    })
  })

  it.each([undefined, null, 'none', 7, {}])('%j are no durations', (qualityLimitationDurations) => {
    const members = { kind: 'video', qualityLimitationDurations }
    expect(shares(members, members)).toBeUndefined()
  })
})

describe('the selected pair', () => {
  const pair = (at: number, members: Members = {}, id = 'p1') =>
    stat('candidate-pair', at, { bytesSent: at, availableOutgoingBitrate: 16_000, ...members }, id)
  const transport = (at: number, members: Members) => stat('transport', at, members, 't')
  const last = (...reports: Stat[][]) => deriveAll(...reports).at(-1)

  it('is the only one that is utilised', () => {
    const report = (at: number) => [
      ...[pair(at), pair(at, {}, 'p2'), transport(at, { selectedCandidatePairId: 'p2' })],
    ]
    const metrics = last(report(0), report(1000))
    expect(metrics?.['p1']).toEqual({
      ...{ intervalSec: 1, sendBitrate: 8000, availableOutgoingBitrate: 16_000 },
    })
    expect(metrics?.['p2']?.utilisationPct).toBe(50)
  })

  it.each([
    [4000, 100],
    [0, undefined],
  ])('is utilised at most fully: of %j bit/s, %j %%', (availableOutgoingBitrate, expected) => {
    const report = (at: number) => [pair(at, { selected: true, availableOutgoingBitrate })]
    expect(last(report(0), report(1000))?.['p1']?.utilisationPct).toBe(expected)
  })

  it.each<[string, Members, Members, number | undefined]>([
    ['by the counter', { selectedCandidatePairChanges: 1 }, { selectedCandidatePairChanges: 3 }, 2],
    [
      'by the counter, whatever the ids say',
      { selectedCandidatePairChanges: 1, selectedCandidatePairId: 'p1' },
      { selectedCandidatePairChanges: 1, selectedCandidatePairId: 'p2' },
      0,
    ],
    [
      'without a counter by the id',
      { selectedCandidatePairId: 'p1' },
      { selectedCandidatePairId: 'p2' },
      1,
    ],
    [
      'without a counter and with one id not at all',
      { selectedCandidatePairId: 'p1' },
      { selectedCandidatePairId: 'p1' },
      0,
    ],
    [
      'nobody knows how often where it was not said',
      {},
      { selectedCandidatePairId: 'p1' },
      undefined,
    ],
  ])('changes %s', (_, before, after, expected) => {
    const metrics = last([transport(0, before)], [transport(1000, after)])
    expect(metrics?.['t']?.selectedCandidatePairChangesDelta).toBe(expected)
  })
})

describe('an object that was not read again', () => {
  const reading = (at: number) => stat('inbound-rtp', at, { bytesReceived: at, jitter: 0.001 })

  it('is no interval and not stale, and keeps its gauges', () => {
    const once = reading(1000)
    expect(deriveOne(reading(0), once, once)).toEqual({ jitterMs: 1 })
  })

  it('has its next interval from its last reading', () => {
    const once = reading(1000)
    expect(deriveOne(reading(0), once, once, once, reading(4000))).toEqual({
      ...{ intervalSec: 3, bitrate: 8000, jitterMs: 1 },
    })
  })

  it('an equal one that was read is stale', () => {
    expect(deriveOne(reading(1000), reading(1000))).toEqual({ stale: true, jitterMs: 1 })
  })
})
