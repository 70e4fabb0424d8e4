// Plain checks of what an app hands over: each says what was expected and what came.

/** `name: expected a thing, got that`. */
export function wrong(name: string, expected: string, got: unknown): TypeError {
  return new TypeError(`${name}: expected ${expected}, got ${describe(got)}`)
}

/** A value in a few words, for an error message. */
export function describe(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'bigint' ? `${value}n` : String(value)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A string that is not empty. */
export function text(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw wrong(name, 'a string that is not empty', value)
  return value
}

export function flag(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrong(name, 'true or false', value)
  return value
}

/** The longest delay a browser's timer takes (a signed 32-bit number of ms); longer ones fire at once. */
const MAX_INTEGER = 2 ** 31 - 1

export function integer(
  name: string,
  value: unknown,
  least: number,
  most: number = MAX_INTEGER,
): number {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
    const range = least === 1 ? '> 0' : `>= ${least}`
    throw wrong(name, `an integer ${(value as number) > most ? `<= ${most}` : range}`, value)
  }
  return value as number
}

/** A number from 0 to 1. */
export function share(name: string, value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw wrong(name, 'a number from 0 to 1', value)
  }
  return value
}

export function oneOf<const Choice extends string>(
  name: string,
  value: unknown,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === value)
  if (found === undefined)
    throw wrong(name, choices.map((choice) => `'${choice}'`).join(' or '), value)
  return found
}

/** Limits on a map of strings: how many, and how long. */
export interface MapLimit {
  readonly count: number
  readonly nameChars: number
  readonly valueChars: number
}

export function stringMap(name: string, value: unknown, limit?: MapLimit): Record<string, string> {
  if (!isRecord(value)) throw wrong(name, 'an object of strings', value)
  const entries = Object.entries(value)
  for (const [key, member] of entries) {
    if (typeof member !== 'string') throw wrong(`${name}.${key}`, 'a string', member)
    if (limit && (key.length > limit.nameChars || member.length > limit.valueChars)) {
      const most = `a name of at most ${limit.nameChars} and a value of at most ${limit.valueChars} characters`
      throw wrong(
        `${name}.${key.slice(0, 20)}`,
        most,
        `${key.length} and ${member.length} characters`,
      )
    }
  }
  if (limit && entries.length > limit.count) {
    throw wrong(name, `at most ${limit.count} entries`, entries.length)
  }
  return Object.fromEntries(entries) as Record<string, string>
}
