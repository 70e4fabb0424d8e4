// The polls of a connection as the page holds them: in order, each once, and no more than there is room for.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEvents } from '../collector/page/series/events.ts'
import { FLAGS } from '../collector/page/series/flags.ts'
import { createSeries } from '../collector/page/series/series.ts'
import type { Series } from '../collector/page/series/series.ts'
import { windowOf } from '../collector/page/series/window.ts'
import type { Moment } from '../collector/src/live/views.ts'
import { eventAt, momentAt, pollAt } from './page-moments.ts'

const VIDEO = 'video.inbound'

/** What a list that is looked through from its start would hold. */
function naive(batches: readonly (readonly Moment[])[]): Moment[] {
  const held: Moment[] = []
  for (const moment of batches.flat()) {
    const place = held.findIndex(({ seq, isPartial }) => isPartial && seq === moment.seq)
    if (place >= 0 && held[place]?.at === moment.at) {
      held[place] = moment
      continue
    }
    if (place >= 0) held.splice(place, 1)
    const after = held.findLastIndex(({ at }) => at <= moment.at)
    held.splice(after + 1, 0, moment)
  }
  return held
}

const told = (series: Series): unknown[] =>
  Array.from({ length: series.length }, (_, at) => [
    series.times[at],
    series.lane(`${VIDEO}.fps`)[at],
    series.lane('lateMs')[at],
    series.flags[at],
    series.pathAt(at),
  ])

describe('a series', () => {
  it('holds each poll once, in the order of time, as a list would', () => {
    const polls = fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 60 }),
        fps: fc.integer({ min: 0, max: 60 }),
        isPartial: fc.boolean(),
        // A partial one, and the whole one that comes for it, may be told anywhere.
        whole: fc.option(fc.nat({ max: 40 }), { nil: null }),
      }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(polls, fc.integer({ min: 1, max: 9 }), (shapes, size) => {
        const moments: Moment[] = shapes.map(({ at, fps, isPartial }, seq) =>
          pollAt(at, { [VIDEO]: { fps } }, { path: `p${fps % 3}` }, { seq, isPartial }),
        )
        for (const [seq, { at, isPartial, whole }] of shapes.entries()) {
          if (!isPartial || whole === null) continue
          const full = pollAt(at, { [VIDEO]: { fps: 99 } }, {}, { seq })
          const first = moments.findIndex((moment) => moment.seq === seq)
          moments.splice(Math.max(first + 1, whole), 0, full)
        }
        const batches: Moment[][] = []
        for (let at = 0; at < moments.length; at += size) batches.push(moments.slice(at, at + size))
        const series = createSeries()
        for (const batch of batches) series.add(batch)
        expect(told(series)).toEqual(
          naive(batches).map(({ at, lateMs, isPartial, poll }) => [
            at,
            poll?.ways[2]?.[5],
            lateMs,
            isPartial ? FLAGS.partial : 0,
            poll?.path,
          ]),
        )
      }),
    )
  })

  it('keeps the worst of those that it makes one, and all freezes', () => {
    const series = createSeries(64)
    const count = 1000
    for (let at = 0; at < count; at += 1) {
      const [lossPct, mos] = at === 100 ? [77, 1] : [1, 4]
      series.add([pollAt(at * 2000, { [VIDEO]: { lossPct, mos, freezeCount: 1 } })])
    }
    const of = (name: 'lossPct' | 'mos' | 'freezeCount'): number[] => [
      ...series.lane(`${VIDEO}.${name}`).subarray(0, series.length),
    ]
    expect(series.length).toBeLessThanOrEqual(64)
    expect(Math.max(...of('lossPct'))).toBe(77)
    expect(Math.min(...of('mos'))).toBe(1)
    expect(of('freezeCount').reduce((sum, freezes) => sum + freezes, 0)).toBe(count)
    expect(series.length + series.merged).toBe(count)
    expect(series.times[series.length - 1]).toBe((count - 1) * 2000)
  })

  it('says no number where none is known', () => {
    const series = createSeries()
    series.add([pollAt(0, { 'audio.inbound': { bitrate: 0 } })])
    expect(series.lane('audio.inbound.bitrate')[0]).toBe(0)
    expect(series.lane('audio.inbound.mos')[0]).toBeNaN()
    expect(series.lane('video.inbound.bitrate')[0]).toBeNaN()
  })
})

describe('what is in view of a series', () => {
  const seriesOf = (moments: readonly Moment[]): Series => {
    const series = createSeries()
    series.add(moments)
    return series
  }

  it('has one poll beyond it on either side', () => {
    const series = seriesOf([0, 2, 4, 6, 8, 10].map((sec) => pollAt(sec * 1000)))
    expect(windowOf(series, ['score'], [4000, 6000]).times).toEqual([2, 4, 6, 8])
  })

  it('has the worst of the polls of one point', () => {
    const polls = Array.from({ length: 100 }, (_, at) =>
      pollAt(at * 2000, { [VIDEO]: { lossPct: at === 33 ? 50 : 0 } }),
    )
    const seen = windowOf(seriesOf(polls), [`${VIDEO}.lossPct`], [0, 200_000], 25)
    expect(seen.step).toBe(4)
    expect(seen.times).toHaveLength(25)
    expect(seen.values[`${VIDEO}.lossPct`]?.[8]).toBe(50)
  })

  it('breaks its lines where nothing is known', () => {
    const series = seriesOf([pollAt(0), pollAt(2000), pollAt(40_000, {}, { marks: ['gap'] })])
    const { times, values } = windowOf(series, ['score'], [0, 40_000])
    expect(times).toEqual([0, 2, 21, 40])
    expect(values['score']).toEqual([9, 9, null, 9])
  })
})

describe('events', () => {
  it('stand in the order of time, whatever the order in which they come', () => {
    const events = createEvents()
    events.add([eventAt(5, 'ice', 'b'), pollAt(6)])
    events.add([eventAt(1, 'ice', 'a'), momentAt(9, { event: 'c' })])
    expect(events.all.map(({ event }) => event)).toEqual(['a', 'b', 'c'])
  })

  it('are no more than there is room for, and the oldest are counted', () => {
    const events = createEvents(3)
    events.add([1, 2, 3, 4, 5].map((at) => eventAt(at, 'application', `e${at}`)))
    expect(events.all.map(({ event }) => event)).toEqual(['e3', 'e4', 'e5'])
    expect(events.left).toBe(2)
  })
})
