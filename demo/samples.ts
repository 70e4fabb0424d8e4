// The last minute of numbers, as the plots take them.

/** Values by name, one for each time; null where it is not known. */
export interface Samples<Name extends string> {
  /** Seconds since the Unix epoch. */
  readonly times: readonly number[]
  readonly values: Readonly<Record<Name, readonly (number | null)[]>>
}

const WINDOW_SEC = 60
const LEAST_WINDOW_SEC = 15

export function noSamples<Name extends string>(names: readonly Name[]): Samples<Name> {
  const values = Object.fromEntries(names.map((name) => [name, []]))
  return { times: [], values: values as unknown as Samples<Name>['values'] } // of each name
}

/** One more, and without those that are too old. */
export function addSample<Name extends string>(
  { times, values }: Samples<Name>,
  timeSec: number,
  numbers: Readonly<Record<Name, number | null>>,
): Samples<Name> {
  const old = times.findIndex((time) => time >= timeSec - WINDOW_SEC - 1)
  const from = old === -1 ? times.length : old
  const names = Object.keys(values) as Name[]
  const grown = names.map((name) => [name, [...values[name].slice(from), numbers[name]]])
  return {
    times: [...times.slice(from), timeSec],
    values: Object.fromEntries(grown) as Samples<Name>['values'],
  }
}

/** A browser gives some numbers only every few seconds: the last one stands meanwhile. */
export function latest(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null
}

/** Grows with the call until it is the whole window. */
export function windowOf(first: number, last: number): readonly [from: number, to: number] {
  return [Math.max(Math.min(first, last - LEAST_WINDOW_SEC), last - WINDOW_SEC), last]
}
