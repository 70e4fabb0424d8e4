// Rounds as the records do: half up, of the decimal number that is meant.

/** Far more than is written, and less than what the binary form of a decimal is off by. */
const PRECISION = 12

/** `halfUp(3.15, 1)` is 3.2 although no binary number is 3.15; null of what is unknown, or no number. */
export function halfUp(value: number | null, digits = 0): number | null {
  if (value === null || !Number.isFinite(value)) return null
  const scale = 10 ** digits
  return Math.floor(Number((value * scale).toPrecision(PRECISION)) + 0.5) / scale
}

/** The mean of what is known, half up; null where nothing is. */
export function meanOfKnown(values: readonly (number | null)[], digits: number): number | null {
  return halfUp(average(values), digits)
}

/** The mean of what is known, unrounded. */
export function average(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null
}
