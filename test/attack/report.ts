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
  for (const line of arena.lines()) {
    expect(line.length).toBeLessThan(MAX_LINE)
    expect(line).not.toMatch(/127\.0\.0|::1/)
    expect(line).not.toContain(KEY)
    expect(line).not.toContain(WRONG_KEY)
    // JSON escapes what a terminal would act on: whoever prints the texts in it must be safe as well.
    const texts: string[] = []
    JSON.parse(line, (_, value: unknown) => void (typeof value === 'string' && texts.push(value)))
    expect(texts.join(' ')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
  }
}
