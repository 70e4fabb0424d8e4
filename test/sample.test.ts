import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSampled } from '../src/sample.ts'

const NAMES = 100_000

describe('sample', () => {
  // FNV-1a, 32 bits: 811c9dc5 of '', e40c292c of 'a', bf9cf968 of 'foobar' (draft-eastlake-fnv, appendix C).
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
    ['größe', 0xcd38f49a],
  ])('a room is in by the FNV-1a of its UTF-8, in millionths: %j', (roomId, hash) => {
    const place = hash % 1_000_000
    expect(isSampled(roomId, (place - 0.5) / 1_000_000)).toBe(false)
    expect(isSampled(roomId, (place + 0.5) / 1_000_000)).toBe(true)
  })

  it('all rooms are in a share of 1, and none in a share of 0', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (roomId) => {
        expect(isSampled(roomId, 1)).toBe(true)
        expect(isSampled(roomId, 0)).toBe(false)
      }),
    )
  })

  it('a room that is in a share is in every larger one', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.string(), share, share, (roomId, one, other) => {
        const [smaller, larger] = [Math.min(one, other), Math.max(one, other)]
        expect(!isSampled(roomId, smaller) || isSampled(roomId, larger)).toBe(true)
      }),
    )
  })

  it.each([
    ['numbered', (n: number) => `room-${n}`],
    ['dated', (n: number) => `2026-11-${n % 30}/${n}`],
    ['like each other at the end', (n: number) => `${n}-standup`],
    ['hexadecimal', (n: number) => n.toString(16).padStart(32, '0')],
  ])('the share is kept within 1 %% of all rooms, of names that are %s', (_kind, nameOf) => {
    const names = Array.from({ length: NAMES }, (_, n) => nameOf(n))
    for (const share of [0.01, 0.1, 0.5, 0.9]) {
      const sampled = names.filter((name) => isSampled(name, share)).length
      expect(Math.abs(sampled / NAMES - share)).toBeLessThan(0.01)
    }
  })
})
