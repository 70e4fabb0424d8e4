// The JSON of an item, in bytes: what stands in it several times, as each stat does, is written once.
import type { Item } from '../src/wire.ts'

/** False: JSON leaves it out. */
type Write = (value: unknown, name: string) => boolean

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

  function put(text: string): void {
    reserve(MAX_BYTES_PER_CHAR * text.length)
    end += encoder.encodeInto(text, buffer.subarray(end)).written
  }

  function mark(character: number): void {
    reserve(1)
    buffer[end++] = character
  }

  const once: Write = (value) => {
    const place = places.get(value)
    if (place) {
      const bytes = place[1] - place[0]
      reserve(bytes)
      buffer.copyWithin(end, ...place)
      end += bytes
      return true
    }
    const text = JSON.stringify(value) as string | undefined
    if (text === undefined) return false
    const start = end
    put(text)
    places.set(value, [start, end])
    return true
  }

  function members(object: object, write: Write): boolean {
    const opened = end
    mark(BRACE)
    for (const [name, value] of Object.entries(object)) {
      const start = end
      if (start > opened + 1) mark(COMMA)
      put(`${JSON.stringify(name)}:`)
      if (!write(value, name)) end = start
    }
    mark(BRACE + 2)
    return true
  }

  const group: Write = (value) => {
    if (!Array.isArray(value)) return members(value as object, group)
    mark(BRACKET)
    for (let index = 0; index < value.length; index += 1) {
      if (index > 0) mark(COMMA)
      if (!once(value[index], '')) put('null')
    }
    mark(BRACKET + 2)
    return true
  }
  const data: Write = (value, name) => (IN_ONE.has(name) ? once : group)(value, name)
  const statsItem: Write = (value, name) => {
    if (name === 'data') return members(value as object, data)
    if (name === 'statsObject') return members(value as object, once)
    return (name === 'rawStats' ? group : once)(value, name)
  }

  return forms.map((form) => {
    const start = end
    if (form.tag === 'stats') members(form, statsItem)
    else once(form, '')
    return buffer.slice(start, end)
  }) as Written<Forms>
}

type Written<Forms> = { [Index in keyof Forms]: Uint8Array<ArrayBuffer> }

const [COMMA, BRACKET, BRACE] = [44, 91, 123]
/** Of what JavaScript counts as one. */
const MAX_BYTES_PER_CHAR = 3
/** What is no group of stats. */
const IN_ONE: ReadonlySet<string> = new Set(['metrics', 'quality'])
