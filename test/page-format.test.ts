// What a person reads on our pages: numbers with their units, and times in the viewer's zone.
import { describe, expect, it } from 'vitest'
import {
  inWords,
  showBitrate,
  showBytes,
  showClock,
  showCount,
  showDuration,
  showNumber,
  showShort,
  showTick,
  showTime,
} from '../collector/page/ui/format.ts'

const local = (...parts: [number, number, number, number, number, number]): number =>
  new Date(...parts).getTime()

describe('a number with its unit', () => {
  it.each([
    [inWords(showBitrate(64_000)), '64 kbit/s'],
    [inWords(showBitrate(4_200)), '4.2 kbit/s'],
    [inWords(showBitrate(999_499)), '999 kbit/s'],
    [inWords(showBitrate(999_500)), '1.00 Mbit/s'],
    [inWords(showNumber(0.44, '%')), '0.4 %'],
    [inWords(showNumber(9.96, 'ms')), '10 ms'],
    [inWords(showNumber(123.4, 'ms')), '123 ms'],
    [inWords(showBytes(512)), '512 B'],
    [inWords(showBytes(1200)), '1.2 kB'],
    [inWords(showBytes(34_000_000)), '34 MB'],
    [inWords(showBytes(5_400_000_000)), '5.4 GB'],
    [showCount(12_345), '12,345'],
  ])('%s is %s', (shown, expected) => expect(shown).toBe(expected))

  it('what is not known is a dash, and has no unit in words', () => {
    expect(showBitrate(null)).toEqual({ value: '–', unit: 'kbit/s' })
    expect([showNumber(null, 'ms'), showBytes(null)].map(inWords)).toEqual(['–', '–'])
    expect([showCount(null), showDuration(null), showClock(null), showTime(null, 0)]).toEqual(
      Array(4).fill('–'),
    )
  })

  it('beside an axis it is short', () => {
    expect([0, 20, 1500, 500_000, 1_500_000].map(showShort)).toEqual([
      '0',
      '20',
      '1.5k',
      '500k',
      '1.5M',
    ])
  })
})

describe('a time', () => {
  it.each([
    [0, '0:00'],
    [65.9, '1:05'],
    [3599, '59:59'],
    [8 * 3600 + 150, '8 h 02 min'],
    [-3, '0:00'],
  ])('%s s last %s', (seconds, expected) => expect(showDuration(seconds)).toBe(expected))

  it('of today has no date, of another day its day, of another year its year', () => {
    const now = local(2026, 10, 21, 20, 0, 0)
    expect(showTime(local(2026, 10, 21, 12, 3, 4), now)).toBe('12:03:04')
    expect(showTime(local(2026, 10, 20, 23, 59, 59), now)).toBe('20 Nov 23:59:59')
    expect(showTime(local(2025, 10, 21, 12, 3, 4), now)).toBe('21 Nov 2025 12:03:04')
  })

  it('below an axis is no finer than the labels differ', () => {
    const seconds = local(2026, 10, 21, 12, 3, 4) / 1000
    expect([5, 60, 86_400].map((step) => showTick(seconds, step))).toEqual([
      '12:03:04',
      '12:03',
      '21 Nov',
    ])
  })
})
