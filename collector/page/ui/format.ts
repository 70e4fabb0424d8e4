// Numbers and times as a person reads them, in the viewer's zone.

/** Where a number is not known. */
export const UNKNOWN = '–'

/** A number and its unit, which a page may set apart. */
export interface Shown {
  readonly value: string
  readonly unit: string
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const DAY_OF_YEAR = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})
const COUNT = new Intl.NumberFormat('en-GB')

const SECONDS_PER_HOUR = 3600
const SECONDS_PER_DAY = 86_400

/** `1.25 Mbit/s`, `64 kbit/s` */
export function showBitrate(bitsPerSecond: number | null): Shown {
  if (bitsPerSecond === null) return { value: UNKNOWN, unit: 'kbit/s' }
  if (bitsPerSecond >= 999_500) return { value: (bitsPerSecond / 1e6).toFixed(2), unit: 'Mbit/s' }
  return { value: digits(bitsPerSecond / 1000), unit: 'kbit/s' }
}

/** `0.4 %`, `23 ms`: a decimal below ten, none above. */
export function showNumber(number: number | null, unit: string): Shown {
  return { value: number === null ? UNKNOWN : digits(number), unit }
}

/** `512 B`, `1.2 kB`, `34 MB` */
export function showBytes(bytes: number | null): Shown {
  if (bytes === null) return { value: UNKNOWN, unit: 'B' }
  if (bytes < 1000) return { value: String(Math.round(bytes)), unit: 'B' }
  if (bytes < 999_500) return { value: digits(bytes / 1000), unit: 'kB' }
  if (bytes < 999_500_000) return { value: digits(bytes / 1e6), unit: 'MB' }
  return { value: digits(bytes / 1e9), unit: 'GB' }
}

/** As one text; where the number is not known, without its unit. */
export function inWords({ value, unit }: Shown): string {
  return value === UNKNOWN || unit === '' ? value : `${value} ${unit}`
}

/** `12,345` */
export function showCount(count: number | null): string {
  return count === null ? UNKNOWN : COUNT.format(count)
}

/** `1:05`; from an hour on `8 h 02 min`. */
export function showDuration(seconds: number | null): string {
  if (seconds === null) return UNKNOWN
  const whole = Math.max(0, Math.floor(seconds))
  const minutes = Math.floor((whole % SECONDS_PER_HOUR) / 60)
  if (whole >= SECONDS_PER_HOUR)
    return `${Math.floor(whole / SECONDS_PER_HOUR)} h ${twoDigits(minutes)} min`
  return `${minutes}:${twoDigits(whole % 60)}`
}

/** `12:03:04`; `timeMs` is since the Unix epoch. */
export function showClock(timeMs: number | null): string {
  return timeMs === null ? UNKNOWN : new Date(timeMs).toTimeString().slice(0, 8)
}

/** `12:03:04` today, else with its day: `20 Nov 12:03:04`, and the year where it is another one. */
export function showTime(timeMs: number | null, nowMs: number): string {
  if (timeMs === null) return UNKNOWN
  const [time, now] = [new Date(timeMs), new Date(nowMs)]
  const clock = showClock(timeMs)
  if (time.toDateString() === now.toDateString()) return clock
  const day = time.getFullYear() === now.getFullYear() ? DAY : DAY_OF_YEAR
  return `${day.format(time)} ${clock}`
}

/** For the axis of a plot, where there is room for a few characters: `1.5M`, `500k`, `20`. */
export function showShort(number: number): string {
  if (number >= 1e6) return `${Number((number / 1e6).toPrecision(3))}M`
  if (number >= 1000) return `${Number((number / 1000).toPrecision(3))}k`
  return String(Number(number.toPrecision(3)))
}

/** For the time axis of a plot whose labels are so far apart: no finer than they differ. */
export function showTick(timeSec: number, stepSec: number): string {
  const time = new Date(timeSec * 1000)
  if (stepSec >= SECONDS_PER_DAY) return DAY.format(time)
  return time.toTimeString().slice(0, stepSec >= 60 ? 5 : 8)
}

function digits(number: number): string {
  // 9.96 is "10", and not "10.0".
  return Math.abs(number) < 9.95 ? number.toFixed(1) : number.toFixed(0)
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
