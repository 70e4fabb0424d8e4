// Numbers and paths as a finding says them.
import { inWords, showBitrate } from '../ui/format.ts'

/** `once`, `3 times` */
export function timesInWords(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

/** `0.8 s`, `14 s`, `3 min 05 s`, `2 h 01 min` */
export function lastingInWords(ms: number): string {
  if (ms < 9500) return `${Math.round(ms / 100) / 10} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${twoDigits(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`
}

/** `24 %` */
export function pctInWords(pct: number): string {
  return `${Math.round(pct)} %`
}

/** `1.20 Mbit/s` */
export function bitrateInWords(bitsPerSecond: number): string {
  return inWords(showBitrate(bitsPerSecond))
}

/** `a, b and c` */
export function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}

/** `shrank from 360 to 180 lines`, of a picture; false where it did not. */
export function shrinkingInWords(fall: readonly [number, number] | null): string | false {
  return fall !== null && `shrank from ${fall[0]} to ${fall[1]} lines`
}
