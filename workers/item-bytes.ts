// The JSON of an item, in bytes: what stands in it several times, as each stat does, is written once.
import type { Item } from '../src/wire.ts'

/** False: JSON leaves it out. */
type Write = (value: unknown, name?: string) => boolean

const encoder = new TextEncoder()
/** What an item is written in before its size is known: as large as the largest one needed. */
let buffer = new Uint8Array(65_536)

/**
 * The forms of one item, each as `JSON.stringify` would write it. Of a `stats` item only what lies in the groups, the
 * metrics and the quality are asked how they want to be written (`toJSON`).
 */
export function writeForms<Forms extends readonly Item[]>(...forms: Forms): Written<Forms> {
  const places = new Map<unknown, readonly [start: number, end: number]>()
  let end = 0

  function reserve(bytes: number): void {
    if (end + bytes <= buffer.byteLength) return
    const larger = new Uint8Array(2 * (end + bytes))
    larger.set(buffer)
    buffer = larger
  }

  function put(text: string): true {
    reserve(MAX_BYTES_PER_CHAR * text.length)
    end += encoder.encodeInto(text, buffer.subarray(end)).written
    return true
  }

  const once: Write = (value) => {
    const [start, stop] = places.get(value) ?? [end, end]
    if (stop > start) {
      reserve(stop - start)
      buffer.copyWithin(end, start, stop)
      end += stop - start
      return true
    }
    const text = JSON.stringify(value) as string | undefined
    if (text === undefined) return false
    put(text)
    places.set(value, [start, end])
    return true
  }

  function members(object: object, write: Write): boolean {
    let separator = '{'
    for (const [name, value] of Object.entries(object)) {
      const start = end
      put(`${separator}${JSON.stringify(name)}:`)
      if (write(value, name)) separator = ','
      else end = start
    }
    return put(separator === '{' ? '{}' : '}')
  }

  const group: Write = (value) => {
    if (!Array.isArray(value)) return members(value as object, group)
    put('[')
    for (const [index, stat] of value.entries()) {
      if (index > 0) put(',')
      if (!once(stat)) put('null')
    }
    return put(']')
  }

  /** By the names of the item's members, and of those of its data. */
  const statsItem: Write = (value, name = '') => {
    if (name === 'data') return members(value as object, statsItem)
    if (name === 'statsObject') return members(value as object, once)
    return (typeof value === 'object' && value !== null && !IN_ONE.has(name) ? group : once)(value)
  }

  return forms.map((form) => {
    const start = end
    if (form.tag === 'stats') members(form, statsItem)
    else once(form)
    return buffer.slice(start, end)
  }) as Written<Forms>
}

type Written<Forms> = { [Index in keyof Forms]: Uint8Array<ArrayBuffer> }

/** Of what JavaScript counts as one. */
const MAX_BYTES_PER_CHAR = 3
/** What is no group of stats. */
const IN_ONE: ReadonlySet<string> = new Set(['metrics', 'quality'])
