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
  const places = new Map(wanted.map((key, at) => [key, at]))
  const placeOf = (key: Key | undefined): number => places.get(key as Key) ?? Infinity
  let left = most
  for (const [at, key] of wanted.entries()) {
    for (; next[at] !== key && left > 0; left -= 1) {
      const place = placeOf(next[at])
      const from = next.indexOf(key)
      // Whichever of the two goes the longer way: the others would have to make room one by one.
      if (place > from && from > at && placeOf(next[at + 1]) < place) {
        const there = next.splice(at, 1)
        const below = next.findIndex((other) => places.has(other) && placeOf(other) > place)
        if (place < Infinity) next.splice(below < 0 ? next.length : below, 0, ...there)
      } else {
        if (from > at) next.splice(from, 1)
        next.splice(at, 0, key)
      }
    }
  }
  const there = new Set(next)
  const missing = wanted.filter((key) => !there.has(key))
  return [...next, ...missing].slice(0, wanted.length)
}
