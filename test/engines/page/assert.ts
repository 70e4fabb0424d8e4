// What a check says when the rule does not hold: values as JSON, so that a driver can print them.

export function equal(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [print(actual), print(expected)]
  if (got !== wanted) throw new Error(`${what}: expected ${wanted}, got ${got}`)
}

export function isTrue(condition: boolean, what: string, got?: unknown): void {
  if (!condition) throw new Error(got === undefined ? what : `${what}: got ${print(got)}`)
}

/** The value, where there is one. */
export function given<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) throw new Error(`${what}: there is none`)
  return value
}

/** Within a relative 1e-9: what is left is the order of floating point operations. */
export function near(actual: number | undefined, expected: number, what: string): void {
  const isNear = Math.abs((actual ?? NaN) - expected) <= Math.abs(expected) * 1e-9
  isTrue(isNear, `${what}: expected ${expected}`, actual ?? null)
}

function print(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 600 ? `${text.slice(0, 600)}…` : text
}
