// What an attack cost, printed and held to its bounds.
import { expect } from 'vitest'
import type { Arena, Outcome } from './arena.ts'
import { KEY, WRONG_KEY } from './keys.ts'

const MAX_GROWN_BYTES = 300e6
/** The collector is busy, not gone. */
const MAX_SLOW_MS = 5000
/** Of a line: an attacker fills no disk. */
const MAX_LINE = 1000

/** What is to come of every attack. */
export const SERVED = { refused: [], lost: 0, isBounded: true, isQuick: true }

/** Prints what an attack cost, and gives what came of it: `SERVED`, or the attack did harm. */
export function judge(name: string, outcome: Outcome): object {
  const { grownBytes, slowestMs, sent, kept, refused } = outcome
  const grown = `${(grownBytes / 1e6).toFixed(0)} MB`
  const slowest = `${slowestMs.toFixed(0)} ms`
  console.log(`${name}: +${grown} at most, ${kept} of ${sent} batches kept, slowest ${slowest}`)
  const isBounded = grownBytes < MAX_GROWN_BYTES
  return { refused, lost: sent - kept, isBounded, isQuick: slowestMs < MAX_SLOW_MS }
}

/** Nothing was written but lines: no secret, no address, nothing a terminal would act on, no end of them. */
export function expectCleanLog(arena: Arena): void {
  for (const written of arena.lines()) {
    const line: unknown = JSON.parse(written)
    expect(line).toBeTypeOf('string')
    expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
    expect(line).not.toMatch(/127\.0\.0|::1/)
    expect(String(line).length).toBeLessThan(MAX_LINE)
    expect(line).not.toContain(KEY)
    expect(line).not.toContain(WRONG_KEY)
  }
}
