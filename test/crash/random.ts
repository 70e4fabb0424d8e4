// Small random offsets that a seed brings back: `CRASH_SEED=123 npx vitest run --project crash`.

export interface Random {
  readonly seed: number
  /** From 0 to below `most`. */
  below(most: number): number
}

/** mulberry32: enough to spread the kills. */
export function createRandom(seed = ownSeed()): Random {
  let state = seed
  return {
    seed,
    below(most) {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * most
    },
  }
}

const ownSeed = (): number => Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000)
