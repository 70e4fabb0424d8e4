// How long ago something was, as coarse as it matters.

/** Whoever sends every few seconds was heard of now. */
const NOW_SEC = 15
const MINUTE_SEC = 60
const HOUR_SEC = 3600

/** `now`, `40 s ago`, `5 min ago`, `3 h ago`. What is to come is now: clocks differ. */
export function showAgo(timeMs: number, nowMs: number): string {
  const seconds = (nowMs - timeMs) / 1000
  if (seconds < NOW_SEC) return 'now'
  if (seconds < MINUTE_SEC) return `${Math.floor(seconds / 10) * 10} s ago`
  if (seconds < HOUR_SEC) return `${Math.floor(seconds / MINUTE_SEC)} min ago`
  if (seconds < 24 * HOUR_SEC) return `${Math.floor(seconds / HOUR_SEC)} h ago`
  return `${Math.floor(seconds / HOUR_SEC / 24)} d ago`
}
