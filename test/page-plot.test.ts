// What a plot works out before it draws: its scales, what is in view, and what it says of that in words.
import { describe, expect, it } from 'vitest'
import { bucketsOf } from '../collector/page/ui/plot-dense.ts'
import { createPlotGroup } from '../collector/page/ui/plot-group.ts'
import { pressKey } from '../collector/page/ui/plot-keys.ts'
import { marksAt } from '../collector/page/ui/plot-marks.ts'
import { extremesOf, indexFrom, niceTop, zoomAround } from '../collector/page/ui/plot-scale.ts'
import { summarise } from '../collector/page/ui/plot-text.ts'

describe('the top of a scale', () => {
  it.each([
    [0, 1],
    [NaN, 1],
    [0.2, 0.2],
    [1.2, 1.5],
    [9, 10],
    [64_000, 80_000],
    [100, 100],
  ])('of %s is %s', (most, top) => expect(niceTop(most)).toBe(top))
})

describe('what is in view', () => {
  const times = [10, 11, 12, 13, 20]

  it('begins with the first time that is not before it', () => {
    expect([9, 10, 10.5, 13, 21].map((time) => indexFrom(times, time))).toEqual([0, 0, 1, 3, 5])
  })

  it('has the extremes of what is known there, and no others', () => {
    const values = [99, 1, null, 3, 99]
    expect(extremesOf(times, values, [11, 13])).toEqual({ min: 1, mean: 2, max: 3, last: 3 })
    expect(extremesOf(times, values, [12, 12])).toBe(null)
    expect(extremesOf(times, values, [30, 40])).toBe(null)
  })

  it('comes nearer around the cursor, and stays within the whole', () => {
    const whole = [0, 100] as const
    expect(zoomAround([0, 100], 50, 0.5, whole)).toEqual([25, 75])
    expect(zoomAround([0, 100], 0, 0.5, whole)).toEqual([0, 50])
    expect(zoomAround([50, 90], 60, 2, whole)).toEqual([20, 100])
    expect(zoomAround([0, 60], 30, 2, whole)).toBe(null)
    expect(zoomAround([10, 15], 12, 0.01, whole)?.map(Math.round)).toEqual([10, 14])
  })
})

it('a plot says in words what is in view of each line', () => {
  const show = (value: number): string => `${value} ms`
  const series = [
    { label: 'Audio', color: '--audio', show },
    { label: 'Video', color: '--video', show },
  ] as const
  const at = new Date(2026, 10, 21, 12, 3, 4).getTime() / 1000
  const times = [at, at + 1, at + 2]
  const values = [
    [10, 20, 90],
    [null, null, 5],
  ]
  expect(summarise('Jitter', series, times, values, [at, at + 1])).toBe(
    'Jitter, 12:03:04 to 12:03:05. Audio: 15 ms on average, 10 ms to 20 ms. Video: nothing is known.',
  )
  expect(summarise('Jitter', series, [], [[], []], [0, 0])).toBe('Jitter: nothing yet.')
})

it('a mark is at the cursor from a little before until a little after', () => {
  const gap = { kind: 'gap', from: 10, to: 20, label: 'nothing came' } as const
  expect([8, 9, 15, 21, 22].map((time) => marksAt([gap], time, 1).length)).toEqual([0, 1, 1, 1, 0])
})

it('a zoom is told to all plots of the group, and to none that left', () => {
  const group = createPlotGroup()
  const heard: unknown[] = []
  const leave = group.onZoom((zoom) => heard.push(zoom))
  group.onZoom((zoom) => heard.push(zoom))
  group.setZoom([1, 9])
  leave()
  group.setZoom(null)
  expect(heard).toEqual([[1, 9], [1, 9], null])
  expect(group.zoom).toBe(null)
})

it('only the keys of a plot are its own', () => {
  const did: unknown[] = []
  const keys = {
    move: (steps: number) => did.push(steps),
    zoom: (factor: number) => did.push(`x${factor}`),
    reset: () => did.push('reset'),
  }
  const pressed = ['ArrowLeft', 'End', '+', '-', 'Escape', 'Tab', 'a'].map((key) =>
    pressKey(key, keys),
  )
  expect(pressed).toEqual([true, true, true, true, true, false, false])
  expect(did).toEqual([-1, Infinity, 'x0.5', 'x2', 'reset'])
})

describe('where more points than pixels are in view', () => {
  const bucketsOfAll = (times: readonly number[], values: readonly (number | null)[]): unknown =>
    bucketsOf(times, values, [0, times.length - 1], { from: 0, widthSec: 10 })

  it('those of a pixel are drawn as their mean and all that they reach', () => {
    expect(bucketsOfAll([0, 5, 9, 10], [1, 9, 2, 7])).toEqual([
      { at: 0, min: 1, mean: 4, max: 9, isBroken: false },
      { at: 1, min: 7, mean: 7, max: 7, isBroken: false },
    ])
  })

  it('the line breaks where a pixel knows no value, and not where one of its points knows none', () => {
    expect(bucketsOfAll([0, 5, 10, 15, 20, 40], [1, null, null, null, 3, 4])).toMatchObject([
      { at: 0, isBroken: false },
      { at: 2, isBroken: true },
      { at: 4, isBroken: false },
    ])
  })
})
