// What stands in the data of an event: it comes from strangers, and may be anything.

/** Null where it is no text. */
export function memberOf(data: unknown, name: string): string | null {
  const value = valueOf(data, name)
  return typeof value === 'string' ? value : null
}

/** Undefined where there is none. */
export function valueOf(data: unknown, name: string): unknown {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, name)) return undefined
  return (data as Readonly<Record<string, unknown>>)[name]
}
