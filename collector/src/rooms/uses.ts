// How long each of some names was in use.

export type Uses = [name: string, ms: number][]

/** Microphones and cameras of one participant. */
const MAX_NAMES = 24

/** Over the bound a new name is not taken. */
export function addUse(uses: Uses, name: string, ms: number): void {
  const held = uses.find(([other]) => other === name)
  if (held) held[1] += ms
  else if (uses.length < MAX_NAMES) uses.push([name, ms])
}

/** Of several that are equal the first by name; null where there is none. */
export function longestOf(uses: Uses): string | null {
  const [longest] = uses.toSorted(([a, aMs], [b, bMs]) => bMs - aMs || (a < b ? -1 : 1))
  return longest?.[0] ?? null
}
