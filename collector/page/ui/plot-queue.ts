// When plots are drawn: each at most once a frame, and no more of them in one than it has time for.

const waiting = new Set<() => void>()
/** Half of a frame at 60 Hz; the page has more to do. */
const FRAME_MS = 8
let isPlanned = false

/** Asked for twice, it is drawn once. In a hidden page it waits. */
export function drawSoon(draw: () => void): void {
  waiting.add(draw)
  plan()
}

/** What was asked for is not to be drawn any more. */
export function drawNever(draw: () => void): void {
  waiting.delete(draw)
}

function plan(): void {
  if (isPlanned || waiting.size === 0) return
  isPlanned = true
  requestAnimationFrame(drawSome)
}

function drawSome(): void {
  isPlanned = false
  const until = performance.now() + FRAME_MS
  for (const draw of waiting) {
    waiting.delete(draw)
    draw()
    if (performance.now() >= until) break
  }
  plan()
}
