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
}

const NUMBER = Symbol('number')

/** What the worker knows of one connection. */
interface Known {
  readonly shapes: Map<string, Shape>
  /** Those of the packed reading before, and their shapes. */
  ids: readonly string[]
  layout: Shape[]
}

interface Packed {
  readonly reports: readonly PostedReport[]
  readonly numbers?: Float64Array<ArrayBuffer>
}

/** One for each port: it knows what was posted there. */
export class Packer {
  readonly #known = new Map<string | null, Known>()
  #numbers = new Float64Array(1024)
  #count = 0

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
    const shapes = new Map(stats.map((stat) => [stat.id, shapeOf(stat)]))
    this.#known.set(pcId, { shapes, ids: [], layout: [] })
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
      const count = this.#count
      const { length } = changed
      if (this.#write(stat, known.layout[place] ?? NOTHING, changed, place)) continue
      this.#count = count
      changed.length = length
      whole.push(stat)
      const shape = shapeOf(stat)
      known.layout[place] = shape
      known.shapes.set(stat.id, shape)
    }
    return { ...captured, read: 'packed', ...(ids && { ids }), whole, changed }
  }

  /** False where it has other members than the shape, or members of another kind. `changed`: null within a member. */
  #write(members: Members, shape: Shape, changed: unknown[] | null, place: number): boolean {
    const { names, values } = shape
    let index = 0
    for (const name in members) {
      if (name !== names[index]) return false
      const value = members[name]
      const before = values[index]
      if (typeof value === 'number') {
        if (before !== NUMBER) return false
        this.#push(value)
      } else if (value !== before) {
        if (before === NUMBER) return false
        if (isShape(before)) {
          if (!isPlain(value) || !this.#write(value, before, null, place)) return false
        } else {
          if (!changed || isObject(before) || isObject(value)) return false
          changed.push(place, name, value)
          values[index] = value
        }
      }
      index++
    }
    return index === names.length
  }

  #push(value: number): void {
    if (this.#count === this.#numbers.length) {
      const numbers = new Float64Array(this.#count * 2)
      numbers.set(this.#numbers)
      this.#numbers = numbers
    }
    this.#numbers[this.#count++] = value
  }
}

/** No stats object is like this. */
const NOTHING: Shape = { names: [], values: [] }

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
  const values = names.map((name) => {
    const value = members[name]
    if (typeof value === 'number') return NUMBER
    return isPlain(value) ? shapeOf(value) : value
  })
  return { names, values }
}
