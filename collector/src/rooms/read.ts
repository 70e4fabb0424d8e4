// Reads what a stranger sent: numbers that are sane, texts of bounded length, objects that are objects.

/** Counters and clocks of any real call are far below, and sums of such numbers stay finite. */
const MAX_NUMBER = 1e15
/** Of ids and labels. */
const MAX_TEXT = 200

export type Members = Readonly<Record<string, unknown>>

const NOTHING: Members = {}

/** The object as its members; one without any where it is none. */
export function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : NOTHING
}

/** Undefined where it is no array. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined
}

/** The finite number a member holds; dumps write strings. Undefined where it cannot be true. */
export function numberOf(object: Members, member: string): number | undefined {
  const value = object[member]
  const isWritten = typeof value === 'string' && value.trim() !== ''
  const number = typeof value === 'number' ? value : isWritten ? Number(value) : Number.NaN
  return Math.abs(number) <= MAX_NUMBER ? number : undefined
}

/** As `numberOf`, of what is never below 0. */
export function positiveOf(object: Members, member: string): number | undefined {
  const number = numberOf(object, member)
  return number !== undefined && number >= 0 ? number : undefined
}

/** Some SFUs write this signed number as an unsigned one of 32 bits. */
export function lostIn(stat: Members): number | undefined {
  const lost = numberOf(stat, 'packetsLost')
  return lost !== undefined && lost > 2 ** 31 ? lost - 2 ** 32 : lost
}

/** Half of a pair is no text: no address can be made of it, and a database gives back another one. */
const HALF_AT_END = /\p{Surrogate}$/u

/** Cut to what an id or a label may take. */
export function cut(text: string, maxLength: number = MAX_TEXT): string {
  if (text.length <= maxLength) return text
  // A slice alone would hold on to all of it.
  return JSON.parse(JSON.stringify(text.slice(0, maxLength).replace(HALF_AT_END, ''))) as string
}

/** Without the members that are undefined: what is kept is JSON. */
export function known<Value extends object>(members: {
  [Name in keyof Value]: Value[Name] | undefined
}): Value {
  const value: Partial<Value> = {}
  for (const name in members) if (members[name] !== undefined) value[name] = members[name]
  return value as Value
}
