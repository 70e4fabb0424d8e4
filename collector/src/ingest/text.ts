// Which texts of a sender can name something: every database and every line must give them back as they came.
const MAX_CHARS = 1000
/** Half of a pair is no text in UTF-8: what is read back is another one. */
const HALF = /\p{Surrogate}/u

/** `peerId: expected at most 1000 characters, got 1000000`, or null where nothing is wrong. */
export function wrongId(name: string, value: string | null): string | null {
  if (value === null) return null
  if (value.includes('\0')) return `${name}: expected no NUL character`
  if (HALF.test(value)) return `${name}: expected no half of a surrogate pair`
  return wrongName(name, value)
}

/** Names are for people: what no database takes is replaced, and refuses nothing. */
export function wrongName(name: string, value: string | null): string | null {
  if (value === null || value.length <= MAX_CHARS) return null
  return `${name}: expected at most ${MAX_CHARS} characters, got ${value.length}`
}

/** The name with U+FFFD for what is none: half of a pair is what an app makes that cuts an emoji. */
export function plainName(value: string): string {
  return value.replace(/[\0\p{Surrogate}]/gu, '\ufffd')
}
