// Rows that come anew each time, though few of them have changed.

/** `newer`, with each row that says the same as before as the same object: it is not drawn again. */
export function keepSame<Row>(
  before: readonly Row[],
  newer: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  const known = new Map(before.map((row) => [keyOf(row), row]))
  return newer.map((row) => {
    const old = known.get(keyOf(row))
    return old !== undefined && JSON.stringify(old) === JSON.stringify(row) ? old : row
  })
}
