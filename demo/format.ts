// Numbers as a person reads them: a value and its unit.
import type { Measure } from './streams.ts'

export interface Shown {
  readonly value: string
  readonly unit: string
}

const UNKNOWN = '–'

export function show(measure: Measure, number: number | null): Shown {
  if (number === null)
    return { value: UNKNOWN, unit: measure === 'bitrate' ? 'kbit/s' : unitOf(measure) }
  if (measure !== 'bitrate') return { value: digits(number), unit: unitOf(measure) }
  if (number >= 999_500) return { value: (number / 1e6).toFixed(2), unit: 'Mbit/s' }
  return { value: digits(number / 1000), unit: 'kbit/s' }
}

/** For the axis of a plot, where there is room for a few characters. */
export function showShort(measure: Measure, number: number): string {
  if (measure !== 'bitrate') return `${number} ${unitOf(measure)}`
  if (number === 0) return '0'
  if (number >= 1e6) return `${number / 1e6}M`
  return `${number / 1000}k`
}

/** `1:05` */
export function showDuration(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`
}

/** `12:03:04`, local. */
export function showTime(date: Date): string {
  return date.toTimeString().slice(0, 8)
}

function unitOf(measure: Exclude<Measure, 'bitrate'>): string {
  return measure === 'loss' ? '%' : 'ms'
}

function digits(number: number): string {
  return number < 10 ? number.toFixed(1) : number.toFixed(0)
}
