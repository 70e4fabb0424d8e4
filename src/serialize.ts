// RTCStatsReport -> plain stats: the hot path. In Chromium every access makes a new object, so each is read once, and few are.
import type { Stat } from './stats.ts'

/** The objects are the browser's own: plain, and made for this one reading. */
export interface Reading {
  /** `partial`: only what changes from poll to poll. */
  readonly read: 'full' | 'partial'
  readonly stats: readonly Stat[]
}

/** An RTCStatsReport, as far as it is read. */
export type Report = ReadonlyMap<string, Stat>

/** They come and go, and do not change; of the pairs all but the one in use. */
const STILL_TYPES: ReadonlySet<string> = new Set([
  'candidate-pair',
  'certificate',
  'codec',
  'local-candidate',
  'remote-candidate',
  'stream',
])
/** What is still is read again so often all the same, in polls. */
const FULL_PASS_EVERY = 15
/** How many objects are read before the clock is, and how long a task may last then. */
const SLICE_STATS = 16
const SLICE_MS = 4

/** Reads the reports of one connection, and remembers which of their ids change. */
export class Reader {
  readonly #isAlwaysFull: boolean
  /** The ids that change. */
  #ids: readonly string[] = []
  #pairs: ReadonlySet<unknown> = new Set()
  #size = 0
  #partials = 0
  #isFullDue = true

  /** @param isAlwaysFull each reading is to have all, in the order of the report */
  constructor(isAlwaysFull: boolean) {
    this.#isAlwaysFull = isAlwaysFull
  }

  /** Something has happened to the connection: the next reading has all. */
  expectChange(): void {
    this.#isFullDue = true
  }

  /**
   * All of it where its size, an id or the pair in use has changed, or it was long ago. Each `yield` is a moment at which
   * the page should work: where it is slow a big report takes several tasks.
   */
  *read(report: Report): Generator<void, Reading> {
    const mayBePartial = !this.#isFullDue && !this.#isAlwaysFull && report.size === this.#size
    this.#isFullDue = false
    const stats =
      mayBePartial && ++this.#partials < FULL_PASS_EVERY ? yield* this.#readChanging(report) : null
    if (stats) return { read: 'partial', stats }
    return { read: 'full', stats: yield* this.#readAll(report) }
  }

  /** Null where they are not the same any more. */
  *#readChanging(report: Report): Generator<void, Stat[] | null> {
    const stats: Stat[] = []
    let began = performance.now()
    for (const id of this.#ids) {
      const stat = report.get(id)
      if (!stat || (stat.type === 'transport' && !this.#pairs.has(pairOf(stat)))) return null
      stats.push(stat)
      if (stats.length % SLICE_STATS === 0 && performance.now() - began >= SLICE_MS) {
        yield
        began = performance.now()
      }
    }
    return stats
  }

  *#readAll(report: Report): Generator<void, Stat[]> {
    const stats: Stat[] = []
    let began = performance.now()
    for (const stat of report.values()) {
      stats.push(stat)
      if (stats.length % SLICE_STATS === 0 && performance.now() - began >= SLICE_MS) {
        yield
        began = performance.now()
      }
    }
    if (!this.#isAlwaysFull) this.#remember(stats)
    return stats
  }

  #remember(stats: readonly Stat[]): void {
    const transports = stats.filter(({ type }) => type === 'transport')
    this.#pairs = new Set(transports.map(pairOf))
    const isChanging = ({ id, type, nominated }: Stat): boolean => {
      if (!STILL_TYPES.has(type)) return true
      if (type !== 'candidate-pair') return false
      // Where no transport says which one is in use, it is one of the nominated.
      return transports.length > 0 ? this.#pairs.has(id) : nominated === true
    }
    this.#ids = stats.filter(isChanging).map(({ id }) => id)
    this.#size = stats.length
    this.#partials = 0
  }
}

/** The pair in use; undefined while there is none. */
const pairOf = (transport: Stat): unknown => transport['selectedCandidatePairId']
