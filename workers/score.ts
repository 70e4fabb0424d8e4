// What a stream is worth to whom hears and sees it: MOS of audio, our estimate of video, the score (METRICS.md B). Pure.

/** What a rating of audio is made of. What is not known is taken as 0, a codec that is not known as Opus. */
export interface AudioConditions {
  /** `audio/opus`, `pcmu`, ... */
  readonly codec?: string | undefined
  readonly rttMs?: number | undefined
  readonly jitterMs?: number | undefined
  /** As measured on an inbound stream; without it twice the jitter stands for it. */
  readonly jitterBufferDelayMs?: number | undefined
  /** Of what was sent, with what came too late to be played. */
  readonly lossPct?: number | undefined
}

/** Packetization and lookahead of the codec, ms. */
const CODEC_DELAY_MS = 20
/** The best that ITU-T G.107 knows. */
const BEST_MOS = 4.5

/**
 * Opus: fullband, ITU-T G.107.2 with the constants of G.113 Amd 3. G.711: G.107. G.722: G.107.1. 1 <= `mos` <= 4.5; it
 * never rises with rtt, jitter or loss. `r` may be below 0.
 */
export function rateAudio(conditions: AudioConditions): {
  readonly mos: number
  readonly r: number
  readonly delayMs: number
} {
  const { codec = '', rttMs = 0, jitterMs = 0, jitterBufferDelayMs, lossPct = 0 } = conditions
  const delayMs = CODEC_DELAY_MS + (jitterBufferDelayMs ?? 2 * jitterMs) + rttMs / 2
  const idd = delayImpairment(delayMs)
  const impairment = (most: number, robustness: number): number =>
    (most * lossPct) / (lossPct + robustness)
  const r = ((): number => {
    switch (nameOf(codec)) {
      case 'pcmu':
      case 'pcma':
        return 93.2 - idd - impairment(95, 25.1)
      case 'g722':
        return (129 - idd - 13 - impairment(82, 4.9)) / 1.29
      default:
        return (148 - 1.48 * idd - 10.2 - impairment(132 - 10.2, 9.6)) / 1.48
    }
  })()
  return { mos: mosOf(r), r, delayMs }
}

/** Idd of G.107, 3.5. */
function delayImpairment(delayMs: number): number {
  if (delayMs <= 100) return 0
  const x = Math.log2(delayMs / 100)
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2)
}

/** G.107, Annex B. Its cubic dips below 1 for small ratings. */
function mosOf(r: number): number {
  if (r <= 0) return 1
  if (r >= 100) return BEST_MOS
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)
}

/** What our estimate of video is made of. */
export interface VideoConditions {
  /** bit/s */
  readonly bitrate: number
  /** @default 640 x 480 */
  readonly width?: number | undefined
  readonly height?: number | undefined
  /** Frames per second that are shown. @default 30 */
  readonly fps?: number | undefined
  /** What the source gives. @default `fps` */
  readonly expectedFps?: number | undefined
  /** `video/VP8`, `h264`, ... */
  readonly codec?: string | undefined
  /** @default 0 */
  readonly jitterBufferDelayMs?: number | undefined
  /** @default 50 */
  readonly rttMs?: number | undefined
}

/** As much picture for so many bits as H.264 and VP8, times this. */
const EFFICIENCY: Readonly<Record<string, number>> = { vp9: 1.2, h265: 1.2, av1: 1.3 }

/** A heuristic of our own from bits per pixel, 1..5. It is no ITU-T P.1203 or P.1204. 1 where no frame is shown. */
export function rateVideo(conditions: VideoConditions): number {
  const { bitrate, width = 640, height = 480, fps = 30, codec = '' } = conditions
  const { expectedFps = fps, jitterBufferDelayMs = 0, rttMs = 50 } = conditions
  if (fps <= 0) return 1
  const bitsPerPixel = ((EFFICIENCY[nameOf(codec)] ?? 1) * bitrate) / (width * height * fps)
  const picture = clamp(0.56 * Math.log(bitsPerPixel) + 5.36, 1, 5)
  const motion = 1.9 * Math.log(Math.max(1, expectedFps / fps))
  return clamp(picture - motion - 0.002 * (jitterBufferDelayMs + rttMs / 2), 1, 5)
}

/** What the score of a stream is made of. What is not known costs nothing. */
export interface StreamConditions {
  readonly kind: 'audio' | 'video'
  readonly bitrateKbps: number
  readonly lossPct?: number | undefined
  readonly jitterMs?: number | undefined
  readonly rttMs?: number | undefined
  /** Coefficient of variation of the bitrate from interval to interval. */
  readonly cv?: number | undefined
  readonly width?: number | undefined
  readonly height?: number | undefined
}

/** Opus in good quality, 720p. */
const OPTIMUM_KBPS = { audio: 40, video: 1500 }
const OPTIMUM_PIXELS = 1280 * 720

/** 0..10 with one decimal, for comparing calls with each other. */
export function rateStream(conditions: StreamConditions): number {
  const { kind, bitrateKbps, lossPct = 0, jitterMs = 0, rttMs = 0, cv = 0 } = conditions
  const { width, height } = conditions
  const isSmall = kind === 'video' && width !== undefined && height !== undefined
  const penalty =
    Math.min(4, 0.4 * lossPct) +
    clamp((jitterMs - 30) / 70, 0, 1) +
    clamp((rttMs - 150) / 250, 0, 2) +
    2 * clamp(1 - bitrateKbps / OPTIMUM_KBPS[kind], 0, 1) +
    Math.min(1, cv) +
    (isSmall ? clamp(1 - (width * height) / OPTIMUM_PIXELS, 0, 1) : 0)
  return Math.floor(Math.max(0, 10 - penalty) * 10 + 0.5) / 10
}

/** `audio/PCMU` -> `pcmu` */
function nameOf(codec: string): string {
  return codec.slice(codec.indexOf('/') + 1).toLowerCase()
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
