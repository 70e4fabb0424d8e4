// The ratings of METRICS.md B, written out once more: for the room oracle. NaN is what is not known.
import { firstKnown } from './report.ts'
import type { Kind } from './report.ts'

export interface Heard {
  readonly codec: string
  readonly lossPct: number
  readonly jitterMs: number
  readonly jitterBufferMs: number
  readonly rttMs: number
}

/** G.107 and its kin, 1..4.5. */
export function mosOfAudio({ codec, lossPct, jitterMs, jitterBufferMs, rttMs }: Heard): number {
  if (Number.isNaN(lossPct)) return NaN
  const buffered = firstKnown(jitterBufferMs, 2 * jitterMs, 0)
  const delayMs = 20 + buffered + firstKnown(rttMs, 0) / 2
  const x = Math.log(delayMs / 100) / Math.log(2)
  const sixth = (value: number): number => (1 + value ** 6) ** (1 / 6)
  const idd = delayMs <= 100 ? 0 : 25 * (sixth(x) - 3 * sixth(x / 3) + 2)
  const name = nameOf(codec)
  let r = (148 - 1.48 * idd - (10.2 + (121.8 * lossPct) / (lossPct + 9.6))) / 1.48
  if (name === 'pcmu' || name === 'pcma') r = 93.2 - idd - (95 * lossPct) / (lossPct + 25.1)
  if (name === 'g722') r = (129 - idd - (13 + (82 * lossPct) / (lossPct + 4.9))) / 1.29
  if (r <= 0) return 1
  if (r >= 100) return 4.5
  return Math.max(1, 1 + 0.035 * r + 0.000007 * r * (r - 60) * (100 - r))
}

export interface Seen {
  readonly codec: string
  /** bit/s, of the picture that is seen. */
  readonly bitrate: number
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly expectedFps: number
  readonly jitterBufferMs: number
  readonly rttMs: number
}

/** The exporter's own estimate, 1..5. */
export function estimateOfVideo(seen: Seen): number {
  const { fps } = seen
  if (fps === 0) return 1
  const saved: Record<string, number> = { vp9: 1.2, h265: 1.2, av1: 1.3 }
  const bits = ((saved[nameOf(seen.codec)] ?? 1) * seen.bitrate) / (seen.width * seen.height * fps)
  const picture = between(1, 0.56 * Math.log(bits) + 5.36, 5)
  const stutter = 1.9 * Math.log(Math.max(1, firstKnown(seen.expectedFps, fps) / fps))
  const delayMs = firstKnown(seen.jitterBufferMs, 0) + firstKnown(seen.rttMs, 50) / 2
  return between(1, picture - stutter - 0.002 * delayMs, 5)
}

export interface Measured {
  readonly kind: Kind
  readonly bitrate: number
  /** Of the bitrate until now: its standard deviation over its mean. */
  readonly variation: number
  readonly lossPct: number
  readonly jitterMs: number
  readonly rttMs: number
  /** NaN where it is no picture, or of no known size. */
  readonly pixels: number
}

/** 0..10, one decimal. */
export function scoreOf(measured: Measured): number {
  const { kind, bitrate, variation, lossPct, jitterMs, rttMs, pixels } = measured
  if (Number.isNaN(bitrate)) return NaN
  const penalties = [
    between(0, 0.4 * firstKnown(lossPct, 0), 4),
    between(0, (firstKnown(jitterMs, 0) - 30) / 70, 1),
    between(0, (firstKnown(rttMs, 0) - 150) / 250, 2),
    2 * between(0, 1 - bitrate / (kind === 'audio' ? 40_000 : 1_500_000), 1),
    between(0, variation, 1),
    between(0, 1 - firstKnown(pixels, 921_600) / 921_600, 1),
  ]
  const score = penalties.reduce((left, penalty) => left - penalty, 10)
  return Math.floor(Math.max(0, score) * 10 + 0.5) / 10
}

function nameOf(codec: string): string {
  return codec.toLowerCase().split('/').at(-1) ?? ''
}

function between(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(most, value))
}
