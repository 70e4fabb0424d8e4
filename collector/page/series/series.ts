// The polls of a connection in lanes of numbers, in the order of time, whatever the order in which they come.
import type { Moment } from '../../src/live/views.ts'
import { FLAGS, flagsOf } from './flags.ts'
import { joined, laneAt, LANES } from './lanes.ts'
import type { LaneName, PollMoment } from './lanes.ts'

/** Numbers, NaN where one is not known. Only the first `length` of the series are of it. */
export type Lane = Float32Array

/** The polls of one connection. What it gives is read, and never written. */
export interface Series {
  readonly length: number
  /** ms since the Unix epoch, rising. */
  readonly times: Float64Array
  readonly flags: Uint8Array
  lane(name: LaneName): Lane
  /** Whether any poll so far has a number of it. */
  isKnown(name: LaneName): boolean
  /** As `turn-udp`; null where it is not known. */
  pathAt(at: number): string | null
  /** By the place of the way among `WAYS`; null where it is not known. */
  codecAt(way: number, at: number): string | null
  /** Of the first poll that says it; null where none does. */
  readonly setupMs: number | null
  /** How many polls were made one with another, for there are too many. */
  readonly merged: number
  /** Grows with each change. */
  readonly version: number
  /** Grows where anything but the end has changed. */
  readonly rewrites: number
  /** Those with a poll in them. A later one takes the place of a partial one with its `seq`. */
  add(moments: readonly Moment[]): void
}

/** 22 hours at a poll each 2 s; 12 MB. */
const MAX_POLLS = 40_000
const WAYS_OF_CODECS = 4
const FIRST_ROOM = 1024

/** `maxPolls` is even, and 4 at least. @default 40,000 */
export function createSeries(maxPolls: number = MAX_POLLS): Series {
  return new Columns(maxPolls)
}

class Columns implements Series {
  length = 0
  merged = 0
  version = 0
  rewrites = 0
  setupMs: number | null = null
  times = new Float64Array(FIRST_ROOM)
  flags = new Uint8Array(FIRST_ROOM)
  readonly #maxPolls: number
  readonly #lanes: Lane[] = LANES.map(() => new Float32Array(FIRST_ROOM))
  readonly #known = new Uint8Array(LANES.length)
  /** The path, then the codecs: places in `#words`. */
  readonly #texts = Array.from({ length: 1 + WAYS_OF_CODECS }, () => new Uint16Array(FIRST_ROOM))
  readonly #words: (string | null)[] = [null]
  #seqs = new Float64Array(FIRST_ROOM)
  /** Of the partial ones that are not merged: by `seq`, when they were. */
  readonly #partial = new Map<number, number>()

  constructor(maxPolls: number) {
    this.#maxPolls = maxPolls
  }

  lane(name: LaneName): Lane {
    return this.#lanes[laneAt(name)] as Lane
  }

  isKnown(name: LaneName): boolean {
    return this.#known[laneAt(name)] === 1
  }

  pathAt(at: number): string | null {
    return this.#words[this.#texts[0]?.[at] ?? 0] ?? null
  }

  codecAt(way: number, at: number): string | null {
    return this.#words[this.#texts[1 + way]?.[at] ?? 0] ?? null
  }

  add(moments: readonly Moment[]): void {
    const news = lastOfEach(moments.filter(hasPoll)).filter((moment) => !this.#replace(moment))
    if (news.length === 0) {
      this.version += moments.some(hasPoll) ? 1 : 0
      return
    }
    news.sort((one, other) => one.at - other.at)
    this.#makeRoom(this.length + news.length)
    const from = this.#indexAfter(news[0]?.at ?? 0)
    if (from < this.length) this.#weave(from, news)
    else for (const moment of news) this.#set(this.length++, moment)
    for (const { seq, at, isPartial, poll } of news) {
      if (isPartial && seq !== null) this.#partial.set(seq, at)
      this.setupMs ??= poll.setupMs
    }
    while (this.length > this.#maxPolls) this.#mergeOldest()
    this.version += 1
  }

  /** True where it took the place of one that is there. */
  #replace(moment: PollMoment): boolean {
    const { seq } = moment
    const at = seq === null ? undefined : this.#partial.get(seq)
    if (seq === null || at === undefined) return false
    this.rewrites += 1
    let index = this.#indexAfter(at) - 1
    while (index > 0 && this.#seqs[index] !== seq && this.times[index - 1] === at) index -= 1
    if (!moment.isPartial) this.#partial.delete(seq)
    if (moment.at !== at) return this.#remove(index)
    this.#set(index, moment)
    return true
  }

  /** Its time has changed: it is taken out, and comes in anew. */
  #remove(index: number): false {
    for (const column of this.#columns()) column.copyWithin(index, index + 1, this.length)
    this.length -= 1
    return false
  }

  #set(index: number, moment: PollMoment): void {
    this.times[index] = moment.at
    this.#seqs[index] = moment.seq ?? Number.NaN
    this.flags[index] = flagsOf(moment)
    for (const [at, { of }] of LANES.entries()) {
      const value = of(moment)
      ;(this.#lanes[at] as Lane)[index] = value
      if (!Number.isNaN(value)) this.#known[at] = 1
    }
    const { path, codecs } = moment.poll
    for (const [at, texts] of this.#texts.entries())
      texts[index] = this.#wordAt((at === 0 ? path : codecs[at - 1]) ?? null)
  }

  #wordAt(word: string | null): number {
    const known = this.#words.indexOf(word)
    if (known >= 0) return known
    return this.#words.length > 0xff_ff ? 0 : this.#words.push(word) - 1
  }

  /** Takes in what is older than the end. From the end on: each of ours moves once. */
  #weave(from: number, news: readonly PollMoment[]): void {
    this.rewrites += 1
    const columns = this.#columns()
    let ours = this.length - 1
    let theirs = news.length - 1
    this.length += news.length
    for (let to = this.length - 1; theirs >= 0; to -= 1) {
      const moment = news[theirs] as PollMoment
      if (ours >= from && (this.times[ours] ?? 0) > moment.at) {
        for (const column of columns) column[to] = column[ours] as number
        ours -= 1
      } else {
        this.#set(to, moment)
        theirs -= 1
      }
    }
  }

  /** Of the older half, two and two become one. */
  #mergeOldest(): void {
    this.rewrites += 1
    const pairs = Math.floor(this.length / 4)
    for (let to = 0; to < pairs; to += 1) {
      const from = 2 * to
      // After a gap it stands where the gap ends.
      const isAfterGap = ((this.flags[from + 1] ?? 0) & FLAGS.gap) !== 0
      this.times[to] = this.times[isAfterGap ? from + 1 : from] as number
      this.flags[to] = (this.flags[from] ?? 0) | (this.flags[from + 1] ?? 0)
      for (const texts of this.#texts) texts[to] = texts[from + 1] as number
      for (const [at, { join }] of LANES.entries()) {
        const lane = this.#lanes[at] as Lane
        lane[to] = joined(join, lane[from] as number, lane[from + 1] as number)
      }
    }
    for (const column of this.#columns()) column.copyWithin(pairs, 2 * pairs, this.length)
    this.length -= pairs
    this.merged += pairs
    const oldest = this.times[pairs] ?? 0
    for (const [seq, at] of this.#partial) if (at < oldest) this.#partial.delete(seq)
  }

  #columns(): (Float64Array | Float32Array | Uint16Array | Uint8Array)[] {
    return [this.times, this.#seqs, this.flags, ...this.#lanes, ...this.#texts]
  }

  #makeRoom(length: number): void {
    const room = this.times.length
    if (length <= room) return
    const more = Math.max(2 * room, length)
    const grown = <Column extends { set(from: Column): void }>(column: Column, made: Column) => {
      made.set(column)
      return made
    }
    this.times = grown(this.times, new Float64Array(more))
    this.#seqs = grown(this.#seqs, new Float64Array(more))
    this.flags = grown(this.flags, new Uint8Array(more))
    for (const [at, lane] of this.#lanes.entries())
      this.#lanes[at] = grown(lane, new Float32Array(more))
    for (const [at, texts] of this.#texts.entries())
      this.#texts[at] = grown(texts, new Uint16Array(more))
  }

  /** The first index whose time is after it. */
  #indexAfter(time: number): number {
    let [low, high] = [0, this.length]
    if (high > 0 && (this.times[high - 1] ?? 0) <= time) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.times[middle] ?? Infinity) <= time) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** A whole one and the partial one that it replaces may come together. */
function lastOfEach(moments: readonly PollMoment[]): PollMoment[] {
  const places = new Map<number, number>()
  const last: PollMoment[] = []
  for (const moment of moments) {
    const { seq } = moment
    const place = seq === null ? undefined : places.get(seq)
    if (place !== undefined && last[place]?.isPartial) last[place] = moment
    else last.push(moment)
    if (seq !== null && place === undefined) places.set(seq, last.length - 1)
  }
  return last
}

function hasPoll(moment: Moment): moment is PollMoment {
  return moment.poll !== null
}
