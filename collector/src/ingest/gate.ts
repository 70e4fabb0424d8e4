// Who may send: pages by their origin, whoever sends by a key.
import { createHash, timingSafeEqual } from 'node:crypto'

export interface Gate {
  /** Only browsers name an origin: it keeps pages out, a key keeps out everybody else. */
  takesOrigin(origin: string | undefined): boolean
  /** Whether one of these is a key, or none is asked for. */
  takesKey(offered: readonly (string | null | undefined)[]): boolean
}

/** One plain sentence each; neither repeats what was offered. */
export const WRONG_ORIGIN = 'This origin may not send here.'
export const WRONG_KEY = 'Wrong or missing key.'

/** Without origins every page may send, without keys everybody may; an empty list lets nobody in. */
export function createGate(
  origins: readonly string[] | undefined,
  keys: readonly string[] | undefined,
): Gate {
  if (keys?.includes('')) throw new TypeError(`keys: expected strings that are not empty, got ''`)
  const hashes = keys?.map(hashOf)
  return {
    takesOrigin: (origin) => !origins || origin === undefined || origins.includes(origin),
    takesKey(offered) {
      if (!hashes) return true
      return offered.some((key) => typeof key === 'string' && isAmong(hashes, hashOf(key)))
    },
  }
}

/** The key of an `Authorization` header, which may be somebody else's. */
export function bearerOf(header: string | undefined): string | undefined {
  // RFC 9110, section 11.1: the scheme in any case.
  return /^bearer +(.*)$/i.exec(header ?? '')?.[1]
}

/** Hashes have one length, and to guess the beginning of one says nothing about the key. */
function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** Looks at all of them: how long it takes does not say which one it was. */
function isAmong(hashes: readonly Buffer[], hash: Buffer): boolean {
  return hashes.reduce((isFound, known) => timingSafeEqual(known, hash) || isFound, false)
}
