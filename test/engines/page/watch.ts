// Watches what a page calls.

/** Watched, not replaced: it does what it always does. Returns what takes the watch away. */
export function watch<Owner extends object>(
  owner: Owner,
  name: keyof Owner,
  calls: string[],
): () => void {
  const real = owner[name]
  const watched = function (this: unknown, ...args: unknown[]): unknown {
    calls.push(`${String(name)} ${String(args[0])}`)
    return (real as (...args: unknown[]) => unknown).apply(this, args)
  }
  owner[name] = watched as Owner[keyof Owner]
  return () => {
    owner[name] = real
  }
}
