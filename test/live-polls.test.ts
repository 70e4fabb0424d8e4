// A `stats` item in the numbers that are plotted: they are the exporter's own, else the report's.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { momentOf } from '../collector/src/live/moment.ts'
import { pollOf } from '../collector/src/live/poll.ts'
import { MEASURES, WAYS } from '../collector/src/live/views.ts'
import type { Measure, Poll, Way } from '../collector/src/live/views.ts'
import type { Quality } from '../src/quality.ts'
import type { Item, StatsData } from '../src/wire.ts'
import type { Detail } from '../workers/detail.ts'
import { createIntake } from '../workers/intake.ts'
import { createOwnItems } from '../workers/own-items.ts'
import { createPipeline } from '../workers/pipeline.ts'
import { createSummary } from '../workers/summary.ts'
import { itemOf } from './batches.ts'
import { createFakeClock } from './fake-clock.ts'
import { TIMES } from './long.ts'
import { pollsOf, readRecording } from './recordings.ts'

function numberOf(poll: Poll, way: Way, measure: Measure): number | null {
  return poll.ways[WAYS.indexOf(way)]?.[MEASURES.indexOf(measure)] ?? null
}

/** What the exporter sends of a connection in a recording. */
function exported(name: string, detail: Detail): StatsData[] {
  const items: Item[] = []
  const clock = createFakeClock()
  const nextItem = createOwnItems(clock, () => 1000)
  const pipeline = createPipeline({
    ...{ producer: 'page', intervalMs: () => 1000, intake: createIntake(), redactor: null },
    summary: createSummary({ clock, nextItem, take: () => {} }),
    ...{ detail, copies: { rawStats: false, statsObject: false }, raise: () => {} },
    keep: ({ json }) => items.push(JSON.parse(new TextDecoder().decode(json)) as Item),
  })
  const series = readRecording(name)
  for (const [seq, { t, wall, report }] of pollsOf(
    series,
    series.peerConnections[0]?.pcId ?? '',
  ).entries()) {
    const subject = { peerId: 'a', peerName: 'A', pcId: 'pc', timestamp: Math.floor(wall) }
    const captured = { ...subject, seq, clock: t, read: 'full' as const, stats: report }
    pipeline.takeReports([captured], true)
  }
  return items.filter(({ tag }) => tag === 'stats').map(({ data }) => data as StatsData)
}

const RECORDINGS = [
  'chromium',
  'firefox',
  'safari17.synthetic',
  'chrome87.synthetic',
  'firefox67.synthetic',
]

/** To as many digits as are kept. */
const close = (value: number | null | undefined): number | null =>
  value === null || value === undefined || value < 0 ? null : Number(value.toPrecision(5))

/** Those measures that `quality` has by the same name. */
const JUDGED = ['bitrate', 'lossPct', 'jitterMs', 'rttMs', 'mos', 'targetBitrate'] as const

describe.each(RECORDINGS)('of the recording %s', (name) => {
  const datas = exported(name, 'report')

  test('numbers are those of `quality`, poll by poll', () => {
    expect(datas.length).toBeGreaterThan(3)
    for (const data of datas) {
      const poll = pollOf(data)
      const quality = data.quality as Quality
      expect([poll.score, poll.setupMs]).toEqual([close(quality.score), close(quality.callSetupMs)])
      for (const way of WAYS) {
        const [kind, direction] = way.split('.') as ['audio', 'inbound']
        const sum = quality[kind][direction] as Record<string, unknown> | null | undefined
        const judged = JUDGED.filter((measure) => typeof sum?.[measure] === 'number')
        const shown = judged.map((measure) => numberOf(poll, way, measure))
        expect(shown).toEqual(judged.map((measure) => close(sum?.[measure] as number)))
      }
    }
  })

  test('freezes are those that its streams tell', () => {
    const total = (values: readonly (number | null | undefined)[]): number =>
      values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
    const told = datas.flatMap(({ video, metrics }) =>
      (video?.inbound ?? []).map(({ id }) => metrics[id]?.freezeCountDelta),
    )
    const shown = datas.map((data) => numberOf(pollOf(data), 'video.inbound', 'freezeCount'))
    expect(total(shown)).toBe(total(told))
  })

  test('marks are of polls that have them', () => {
    const wanted = datas.map(({ audio, video, metrics, quality }) => {
      const streams = [audio, video].flatMap((by) => [
        ...(by?.inbound ?? []),
        ...(by?.outbound ?? []),
      ])
      const isReset = streams.some(({ id }) => metrics[id]?.reset === true)
      return [isReset, quality?.iceRestart === true]
    })
    const marked = datas.map((data) => pollOf(data).marks)
    expect(marked.map((marks) => [marks.includes('reset'), marks.includes('iceRestart')])).toEqual(
      wanted,
    )
  })

  test('with metrics alone score, bitrate of video and set-up are the same', () => {
    const lean = exported(name, 'metrics').map(pollOf)
    const full = datas.map(pollOf)
    expect(lean.map(({ score, setupMs, path }) => [score, setupMs, path])).toEqual(
      full.map(({ score, setupMs, path }) => [score, setupMs, path]),
    )
    const bitrates = (polls: readonly Poll[]): (number | null)[] =>
      polls.map((poll) => numberOf(poll, 'video.outbound', 'bitrate'))
    expect(bitrates(lean)).toEqual(bitrates(full))
  })
})

const stat = (id: string, type: string, members: object = {}): object => ({
  ...{ id, type, timestamp: 1, kind: 'video' },
  ...members,
})

describe('a poll', () => {
  const inbound = { jitter: 0.02, framesPerSecond: 24, frameWidth: 640, frameHeight: 360 }
  const report = { video: { inbound: [stat('in', 'inbound-rtp', inbound)], outbound: [] } }

  test('of the last moment of a page, which nobody rated, has what its report says', () => {
    const metrics = { in: { intervalSec: 1, bitrate: 5000, lossPct: 1.5, freezeCountDelta: 1 } }
    const poll = pollOf({ ...report, metrics })
    const shown = (['bitrate', 'lossPct', 'jitterMs', 'fps', 'width', 'freezeCount'] as const).map(
      (measure) => numberOf(poll, 'video.inbound', measure),
    )
    expect(shown).toEqual([5000, 1.5, 20, 24, 640, 1])
    expect([poll.score, poll.ways[WAYS.indexOf('audio.inbound')]]).toEqual([null, null])
  })

  test('of a plain body has what its report says', () => {
    const pair = stat('pair', 'candidate-pair', {
      ...{ nominated: true, state: 'succeeded', currentRoundTripTime: 0.05 },
    })
    const transport = stat('t', 'transport', { selectedCandidatePairId: 'pair' })
    const poll = pollOf({ ...report, candidatePair: [pair], transport: [transport] })
    expect(numberOf(poll, 'video.inbound', 'jitterMs')).toBe(20)
    expect(poll.rttMs).toBe(50)
  })

  test.each([
    ['gap', { metrics: { in: { intervalSec: 9, gap: true } } }],
    ['reset', { metrics: { in: { reset: true } } }],
    ['stale', { metrics: { in: { stale: true } } }],
    ['iceRestart', { metrics: {}, quality: { iceRestart: true } }],
    ['muted', { metrics: {}, quality: { muted: ['in'] } }],
    ['clockSkew', { metrics: {}, quality: { clockSkewMs: 4000 } }],
  ])('is marked with %s', (mark, data) => {
    expect(pollOf({ ...report, ...data }).marks).toEqual([mark])
    expect(pollOf({ ...report, metrics: { in: { intervalSec: 1 } } }).marks).toEqual([])
  })

  test('has no score beyond what there is', () => {
    expect(pollOf({ metrics: {}, quality: { score: 1e9 } }).score).toBeNull()
  })
})

test('whatever is sent, a moment of bounded size comes of it', () => {
  const names = ['audio', 'video', 'raw', 'metrics', 'quality', 'inbound', 'outbound', 'in', 'id']
  const more = ['selectedPair', 'path', 'score', 'muted', 'codec', 'bitrate', '__proto__', 'state']
  const text = fc.string({ maxLength: 3000 })
  const leaf = fc.oneof(fc.constant(null), fc.double(), text, fc.boolean(), fc.constant('in'))
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...names, ...more), tie('value'), { maxKeys: 6 }),
    ),
  }))
  const run = fc.property(value, fc.constantFrom('stats', 'peer'), text, (data, tag, event) => {
    const item = JSON.parse(JSON.stringify(itemOf(0, { event, tag, data: data ?? null }))) as Item
    const told = momentOf(item)
    expect(JSON.stringify(told).length).toBeLessThan(40_000)
    const numbers = told.poll?.ways.flatMap((way) => way ?? []) ?? []
    expect(numbers.every((one) => one === null || (one >= 0 && one <= 1e15))).toBe(true)
  })
  fc.assert(run, { numRuns: 300 * TIMES })
})
