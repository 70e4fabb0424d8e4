// What a setting can hold: how its text is read, and what is said of a text that is none.
import { isIP } from 'node:net'

type Read<Value> =
  | { readonly status: 'ok'; readonly value: Value }
  | { readonly status: 'wrong'; readonly got: string }

export interface Kind<Value> {
  /** What stands in its place in the help. */
  readonly placeholder: string
  /** What a wrong one should have been. */
  readonly expected: string
  /** Whether it may be given several times. */
  readonly isMany: boolean
  read(texts: readonly string[]): Read<Value>
}

function one<Value>(
  placeholder: string,
  expected: string,
  read: (text: string) => Value | undefined,
): Kind<Value> {
  return {
    placeholder,
    expected,
    isMany: false,
    read([text = '']) {
      const value = read(text)
      return value === undefined ? { status: 'wrong', got: text } : { status: 'ok', value }
    },
  }
}

/** Several of a kind. */
export function many<Value>(kind: Kind<Value>): Kind<readonly Value[]> {
  return {
    ...kind,
    isMany: true,
    read(texts) {
      const values: Value[] = []
      for (const text of texts) {
        const read = kind.read([text])
        if (read.status === 'wrong') return read
        values.push(read.value)
      }
      return { status: 'ok', value: values }
    },
  }
}

/** One that may be left out. */
export function orNone<Value>(kind: Kind<Value>): Kind<Value | null> {
  return kind
}

export function wholeNumber(placeholder: string, min: number, max: number): Kind<number> {
  return one(placeholder, `a whole number from ${min} to ${max}`, (text) => {
    const value = Number(text)
    return /^\d{1,16}$/.test(text) && value >= min && value <= max ? value : undefined
  })
}

/** Any text but none. */
export function anyText(placeholder: string): Kind<string> {
  return one(placeholder, 'text that is not empty', (given) => given || undefined)
}

export function oneOf<const Name extends string>(...names: readonly Name[]): Kind<Name> {
  return one(names.join('|'), names.join(' or '), (given) => names.find((name) => name === given))
}

export const origin: Kind<string> = one(
  'ORIGIN',
  'an origin as https://app.example, without a path',
  (given) => (urlOf(given)?.origin === given ? given : undefined),
)

/** An address, or a range of them as `10.0.0.0/8`. */
export const network: Kind<string> = one(
  'ADDRESS',
  'an IP address, or a range as 10.0.0.0/8',
  (given) => {
    const [address = '', prefix] = given.split('/', 2)
    const version = isIP(address)
    if (version === 0 || given.split('/').length > 2) return undefined
    if (prefix === undefined) return given
    return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128)
      ? given
      : undefined
  },
)

export const httpUrl: Kind<string> = one(
  'URL',
  'an address as https://s3.example.com, without user or query',
  (given) => {
    const url = urlOf(given)
    if (url === null || url.username !== '' || url.search !== '') return undefined
    return given.replace(/\/+$/, '')
  },
)

const ROOM = '{roomId}'

export const roomUrl: Kind<string> = one(
  'URL',
  `an address with ${ROOM} in it, as https://app.example/rooms/${ROOM}`,
  (given) => (given.includes(ROOM) && urlOf(given.replaceAll(ROOM, 'x')) ? given : undefined),
)

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** ms since the Unix epoch. A time without a zone would be another one on another machine. */
export const time: Kind<number> = one(
  'TIME',
  'a time as 2026-03-01 or 2026-03-01T12:00:00Z',
  (given) => {
    const ms = Date.parse(given)
    if (!TIME.test(given) || Number.isNaN(ms)) return undefined
    // The parser takes 31 February for a day of March.
    const day = given.slice(0, 10)
    return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? ms : undefined
  },
)

function urlOf(given: string): URL | null {
  try {
    const url = new URL(given)
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : null
  } catch {
    // No URL at all.
    return null
  }
}
