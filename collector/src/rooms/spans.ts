// Stretches of time that may overlap, kept as their union.

/** Sorted; none touches another. Stats clock, ms. */
export type Spans = [startMs: number, endMs: number][]

/** A start that was computed of a length is off by less. */
const TOUCHING_MS = 1
/** A stream that comes and goes every minute for hours. */
const MAX_SPANS = 500
/** Longer than any two readings are apart: a clock that is wrong. */
const MAX_LENGTH_MS = 86_400_000

/** Adds one stretch. Over the bound the two that are nearest become one. */
export function addSpan(spans: Spans, startMs: number, endMs: number): void {
  if (!(endMs > startMs) || endMs - startMs > MAX_LENGTH_MS) return
  let from = spans.length
  while (from > 0 && (spans[from - 1]?.[1] ?? -Infinity) >= startMs - TOUCHING_MS) from--
  let to = from
  let [start, end] = [startMs, endMs]
  for (let span = spans[to]; span && span[0] <= endMs + TOUCHING_MS; span = spans[++to]) {
    start = Math.min(start, span[0])
    end = Math.max(end, span[1])
  }
  spans.splice(from, to - from, [start, end])
  if (spans.length > MAX_SPANS) joinNearest(spans)
}

/** How long all of them are, each moment counted once. */
export function secondsOf(spans: Spans): number {
  return spans.reduce((sum, [start, end]) => sum + (end - start), 0) / 1000
}

function joinNearest(spans: Spans): void {
  const gapAfter = (index: number): number =>
    (spans[index + 1]?.[0] ?? Infinity) - (spans[index]?.[1] ?? 0)
  let nearest = 0
  for (let index = 1; index < spans.length - 1; index++) {
    if (gapAfter(index) < gapAfter(nearest)) nearest = index
  }
  const [one, other] = [spans[nearest], spans[nearest + 1]]
  if (one && other) spans.splice(nearest, 2, [one[0], other[1]])
}
