// The bounds of the buckets: where a reader wants to know how many were better, and how many worse.

/**
 * bit/s, by factors of about two: from comfort noise (a muted track sends 1 kbit/s) over Opus (6 to 64 kbit/s) and video
 * of a phone to a screen in 4K.
 */
export const BITRATE: readonly number[] = [
  2e3, 8e3, 16e3, 32e3, 64e3, 125e3, 250e3, 500e3, 1e6, 1.5e6, 2.5e6, 5e6, 10e6, 20e6,
]

/** Shares: none at all, what Opus conceals (1 %), what is heard (2 to 5 %), what spoils a call (10 % and more). */
export const LOSS: readonly number[] = [0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]

/** Seconds. Our score takes off from 30 ms on, and most at 100 ms. */
export const JITTER: readonly number[] = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1]

/** Seconds. Our score takes off from 150 ms on, and most at 650 ms; 300 and 800 are the 150 and 400 ms one way of ITU-T G.114. */
export const ROUND_TRIP: readonly number[] = [
  0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.65, 0.8, 1.5, 3,
]

/** What ratings of 50, 60, 70, 80 and 90 are worth: from there on few, some, many, nearly all users are satisfied (ITU-T G.107, annex B). */
export const MOS: readonly number[] = [1.5, 2, 2.58, 3.1, 3.6, 4.03, 4.34]

/** Whole points. */
export const SCORE: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9]

/** Between the usual rates (5, 10, 15, 20, 24, 25, 30, 50, 60), not on them: cameras of 30 give 29.9 and 30.1. */
export const FRAME_RATE: readonly number[] = [1, 4, 7, 12, 17, 22, 27, 35, 45, 55, 65]

/** Parts of the time or of the sound: none, a hitch, nearly all of it. */
export const SHARE: readonly number[] = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.9]

/** Seconds: a flash disk, a busy one, a magnetic one, and what a client's request waits for at most (30 s). */
export const COMMIT: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30,
]

/** Seconds: a batch that was filling, a retry, an outage, a queue that came back the next day. */
export const DELAY: readonly number[] = [1, 2, 5, 10, 30, 60, 300, 1800, 7200, 28_800, 86_400]
