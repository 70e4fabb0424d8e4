// What somebody meant who wrote a name that is not known.

/** So many letters wrong, and it is another word. */
const MAX_WRONG = 3

/** The known name that is nearest, or null where none is near. */
function closest(name: string, known: readonly string[]): string | null {
  const limit = Math.min(MAX_WRONG, Math.ceil(name.length / 3))
  const near = known
    .map((candidate) => ({ candidate, wrong: distance(name, candidate) }))
    .filter(({ wrong }) => wrong <= limit)
    .toSorted((a, b) => a.wrong - b.wrong)
  return near[0]?.candidate ?? null
}

/** `; did you mean --port?`, or nothing. */
export function didYouMean(name: string, known: readonly string[], before = ''): string {
  const meant = closest(name, known)
  return meant === null ? '' : `; did you mean ${before}${meant}?`
}

/** Letters to put in, take out or change (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j += 1) {
      const change = (row[j] ?? 0) + (letter === b[j] ? 0 : 1)
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
