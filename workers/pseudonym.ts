// What stands in place of a value: a keyed hash of it, written in the form of the value.
import { sipHash } from './siphash.ts'

/** What a value is, which decides how its pseudonym is written. */
export type Form =
  | 'address'
  | 'foundation'
  | 'ufrag'
  | 'fingerprint'
  | 'certificate'
  | 'label'
  | 'user'

/** The same value of the same form has the same pseudonym under one key. */
export type Pseudonymize = (form: Form, value: string) => string

type NextByte = () => number

/** Enough for the values of a long call; the cache is begun anew when it is full. */
const MAX_CACHED = 4096

/** Browsers and dumps that have redacted already say so in the value. */
const REDACTED = /^\W*redacted\W*$/i

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/
const IPV6 = /^[\da-f:.]*:[\da-f:.]*(%.*)?$/i
const HEX_PAIRS = /^[\da-f]{2}(:[\da-f]{2})*$/i
const BASE64 = /^[\w+/\s-]+=*$/
/** https://www.rfc-editor.org/rfc/rfc8839#section-5.1 , ice-char; base64 has the same 64. */
const ICE_CHARS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** `key` has 16 bytes and never leaves: whoever has it could try all addresses. */
export function createPseudonymize(key: Uint8Array): Pseudonymize {
  const known = new Map<string, string>()
  return (form, value) => {
    if (value === '' || REDACTED.test(value)) return value
    const name = `${form} ${value}`
    let pseudonym = known.get(name)
    if (pseudonym === undefined) {
      if (known.size >= MAX_CACHED) known.clear()
      pseudonym = write(form, value, byteStream(key, name))
      known.set(name, pseudonym)
    }
    return pseudonym
  }
}

/** As many bytes as a form needs, all of them from the value's hash. */
function byteStream(key: Uint8Array, name: string): NextByte {
  const encoder = new TextEncoder()
  const seed = sipHash(key, encoder.encode(name))
  let index = 0
  let block = 0n
  return () => {
    const position = index++ % 8
    if (position === 0) block = sipHash(key, encoder.encode(`${index} ${seed}`))
    return Number((block >> BigInt(8 * position)) & 0xffn)
  }
}

function write(form: Form, value: string, next: NextByte): string {
  switch (form) {
    case 'address':
      return writeAddress(value, next)
    case 'foundation':
      return /^\d+$/.test(value) ? String(Number.parseInt(hex(4, next), 16)) : hex(4, next)
    case 'ufrag':
      return value.replace(/[^]/g, () => iceChar(next))
    case 'fingerprint':
      return HEX_PAIRS.test(value) ? writeHexPairs(value, next) : hex(8, next)
    case 'certificate':
      return BASE64.test(value) ? value.replace(/[\w+/-]/g, () => iceChar(next)) : hex(8, next)
    case 'label':
    case 'user':
      return hex(8, next)
    default:
      return form satisfies never
  }
}

/** IPv4: the reserved 240.0.0.0/4 (RFC 1112). IPv6: the discard-only 100::/64 (RFC 6666). No such host exists. */
function writeAddress(value: string, next: NextByte): string {
  if (IPV4.test(value)) return `${240 | (next() & 15)}.${next()}.${next()}.${next()}`
  if (!IPV6.test(value)) return `${hex(8, next)}.local`
  const groups = Array.from({ length: 4 }, () => (next() * 256 + next()).toString(16))
  return `100::${groups.join(':')}`
}

function writeHexPairs(value: string, next: NextByte): string {
  const pairs = value.replace(/[\da-f]{2}/gi, () => hex(1, next))
  return value === value.toUpperCase() ? pairs.toUpperCase() : pairs
}

function hex(bytes: number, next: NextByte): string {
  return Array.from({ length: bytes }, () => next().toString(16).padStart(2, '0')).join('')
}

function iceChar(next: NextByte): string {
  return ICE_CHARS.charAt(next() % ICE_CHARS.length)
}
