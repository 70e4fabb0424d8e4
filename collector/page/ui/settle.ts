// Rows go to where they belong a few at a time: laying out what moved is what a table costs that is followed.

/**
 * The rows to show next: those that are shown and still `known`, with at most `most` of them put, from the top on, where
 * they are `wanted`. As many as are wanted, each once; asked often enough it gives `wanted`.
 */
export function settle<Key>(
  shown: readonly Key[],
  wanted: readonly Key[],
  known: { has(key: Key): boolean },
  most: number,
): readonly Key[] {
  const next = shown.filter((key) => known.has(key))
  let left = most
  for (const [at, key] of wanted.entries()) {
    if (next[at] === key) continue
    if (left === 0) break
    left -= 1
    const from = next.indexOf(key, at)
    if (from >= 0) next.splice(from, 1)
    next.splice(at, 0, key)
  }
  const there = new Set(next)
  const missing = wanted.filter((key) => !there.has(key))
  return [...next, ...missing].slice(0, wanted.length)
}
