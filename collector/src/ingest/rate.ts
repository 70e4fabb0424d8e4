// How fast one source may ask: a bucket of tokens for each, and memory for so many sources.

export interface RateLimit {
  /** `Infinity` limits nothing. */
  readonly perSec: number
  /** What may come at once after a silence. */
  readonly burst: number
}

/** Takes a token and gives 0, or how many ms it is until there is one. */
export type Bucket = () => number

type Verdict =
  | { readonly status: 'ok' }
  | {
      readonly status: 'refused'
      readonly retryAfterMs: number
      /** Not said of this source for a while: worth a line. A flood would make one a request. */
      readonly isNews: boolean
    }

/** Judges one request of a source; null is one that nobody can name, and is never refused. */
export type Rates = (source: string | null) => Verdict

/** One plain sentence; it names nobody. */
export const TOO_FAST = 'Too many requests from one address.'

const MAX_SOURCES = 10_000
/** `Retry-After` counts in seconds: no client can be told less. */
const LEAST_WAIT_MS = 1000
const NEWS_MS = 10_000

/** A full bucket. */
export function createBucket({ perSec, burst }: RateLimit, now: () => number): Bucket {
  let tokens = burst
  let filledAt = now()
  return () => {
    if (perSec === Infinity) return 0
    const time = now()
    // A clock that is set back takes nothing away.
    tokens = Math.min(burst, tokens + (Math.max(time - filledAt, 0) / 1000) * perSec)
    filledAt = time
    if (tokens < 1) return Math.ceil(((1 - tokens) / perSec) * 1000)
    tokens -= 1
    return 0
  }
}

/** A bucket for each source. Over the bound the one that was silent longest is forgotten: it may ask anew. */
export function createRates(
  limit: RateLimit,
  now: () => number,
  maxSources: number = MAX_SOURCES,
): Rates {
  const sources = new Map<string, { take: Bucket; saidAt: number }>()
  return (source) => {
    if (source === null) return { status: 'ok' }
    const known = sources.get(source) ?? { take: createBucket(limit, now), saidAt: -Infinity }
    sources.delete(source)
    sources.set(source, known)
    for (const oldest of sources.keys()) {
      if (sources.size <= maxSources) break
      sources.delete(oldest)
    }
    const waitMs = known.take()
    if (waitMs === 0) return { status: 'ok' }
    const isNews = Math.abs(now() - known.saidAt) >= NEWS_MS
    if (isNews) known.saidAt = now()
    return { status: 'refused', retryAfterMs: Math.max(waitMs, LEAST_WAIT_MS), isNews }
  }
}
