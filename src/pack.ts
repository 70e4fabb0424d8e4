// Packs partial readings as numbers: what the worker has had before does not cross again. The mirror of workers/unpack.ts.
import type { CapturedReport, PackedReport, PostedReport } from './protocol.ts'
import type { Stat } from './stats.ts'

interface Members {
  readonly [member: string]: unknown
}

/** An object as it was posted last: its members in their order. */
interface Shape {
  readonly names: readonly string[]
  /** A value that is no number; NUMBER in the place of one; the shape of an object. */
  readonly values: unknown[]
  /** How many numbers are in it. */
  readonly numbers: number
}

const NUMBER = Symbol('number')

/** What the worker knows of one connection. */
interface Known {
  readonly shapes: Map<string, Shape>
  /** Those of the packed reading before, and their shapes. */
  ids: readonly string[]
  layout: Shape[]
}

/** Fewer are cloned by the browser for less than it costs to look at each of their members. */
const PACK_FROM_STATS = 64

interface Packed {
  readonly reports: readonly PostedReport[]
  readonly numbers?: Float64Array<ArrayBuffer>
}

/** One for each engine: it knows what was posted to it. */
export class Packer {
  /** Null: a small one, which is cloned. */
  readonly #known = new Map<string | null, Known | null>()
  #numbers = new Float64Array(1024)
  #count = 0
  readonly #packFromStats: number

  /** @param packFromStats how many a report has that is packed */
  constructor(packFromStats: number = PACK_FROM_STATS) {
    this.#packFromStats = packFromStats
  }

  /** A partial reading of this connection can be read there. */
  knows(pcId: string | null): boolean {
    return this.#known.has(pcId)
  }

  forget(pcId: string | null): void {
    this.#known.delete(pcId)
  }

  /** Each that is packed is to be posted: the next one stands on it. */
  pack(reports: readonly CapturedReport[]): Packed {
    this.#count = 0
    const posted = reports.map((report) => this.#packOne(report))
    return this.#count === 0
      ? { reports: posted }
      : { reports: posted, numbers: this.#numbers.slice(0, this.#count) }
  }

  #packOne(report: CapturedReport): PostedReport {
    const { read, stats, pcId } = report
    const known = this.#known.get(pcId)
    if (read === 'partial' && known) return this.#packAgainst(known, report)
    if (read === 'full')
      this.#known.set(pcId, stats.length < this.#packFromStats ? null : learn(stats))
    return report
  }

  #packAgainst(known: Known, { stats, ...captured }: CapturedReport): PackedReport {
    const ids = isAlike(stats, known.ids) ? undefined : stats.map(({ id }) => id)
    if (ids) {
      known.ids = ids
      known.layout = ids.map((id) => known.shapes.get(id) ?? NOTHING)
    }
    const whole: Stat[] = []
    const changed: unknown[] = []
    for (let place = 0; place < stats.length; place++) {
      const stat = stats[place] as Stat
      const shape = known.layout[place] as Shape
      this.#reserve(shape.numbers)
      let end = write(stat, shape, this.#numbers, this.#count)
      if (end < 0 && adopt(stat, shape, changed, place)) {
        end = write(stat, shape, this.#numbers, this.#count)
      }
      if (end >= 0) {
        this.#count = end
        continue
      }
      whole.push(stat)
      const renewed = shapeOf(stat)
      known.layout[place] = renewed
      known.shapes.set(stat.id, renewed)
    }
    return { ...captured, read: 'packed', ...(ids && { ids }), whole, changed }
  }

  /** A typed array takes what is beyond its end, and says nothing. */
  #reserve(count: number): void {
    if (this.#count + count <= this.#numbers.length) return
    const larger = new Float64Array(2 * (this.#count + count))
    larger.set(this.#numbers)
    this.#numbers = larger
  }
}

/**
 * Writes the numbers of these members behind the first `end` of `numbers`; returns the new end, or -1 where anything else
 * has changed. Nothing here is in the way of the compiler: it runs for each member of each poll.
 */
function write(members: Members, shape: Shape, numbers: Float64Array, end: number): number {
  const { names, values } = shape
  let index = 0
  for (const name in members) {
    if (name !== names[index]) return -1
    const value = members[name]
    const before = values[index++]
    if (typeof value === 'number') {
      if (before !== NUMBER) return -1
      numbers[end++] = value
    } else if (value !== before) {
      if (!isShape(before) || !isPlain(value)) return -1
      end = write(value, before, numbers, end)
      if (end < 0) return -1
    }
  }
  return index === names.length ? end : -1
}

/**
 * Takes changed texts and the like over into the shape, and tells of them. False where more than these has changed: it
 * crosses whole then, and what was told before is what stands in it.
 */
function adopt(stat: Stat, { names, values }: Shape, changed: unknown[], place: number): boolean {
  return Object.entries(stat).every(([name, value], index) => {
    const before = values[index]
    if (name !== names[index]) return false
    if (value === before || isShape(before)) return true
    if (typeof value === 'number' || before === NUMBER) {
      return typeof value === 'number' && before === NUMBER
    }
    if (isObject(value) || isObject(before)) return false
    changed.push(place, name, value)
    values[index] = value
    return true
  })
}

function learn(stats: readonly Stat[]): Known {
  return { shapes: new Map(stats.map((stat) => [stat.id, shapeOf(stat)])), ids: [], layout: [] }
}

/** No stats object is like this. */
const NOTHING: Shape = { names: [], values: [], numbers: 0 }

function isAlike(stats: readonly Stat[], ids: readonly string[]): boolean {
  return stats.length === ids.length && stats.every(({ id }, index) => id === ids[index])
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Arrays and the like have no shape: what has one as a member goes whole. */
function isPlain(value: unknown): value is Members {
  return isObject(value) && Object.prototype.toString.call(value) === '[object Object]'
}

const isShape = (value: unknown): value is Shape => isObject(value) && 'names' in value

function shapeOf(members: Members): Shape {
  const names = Object.keys(members)
  let numbers = 0
  const values = names.map((name) => {
    const value = members[name]
    if (typeof value === 'number') {
      numbers++
      return NUMBER
    }
    if (!isPlain(value)) return value
    const shape = shapeOf(value)
    numbers += shape.numbers
    return shape
  })
  return { names, values, numbers }
}
