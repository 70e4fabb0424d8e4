// The order of a table's rows: by what a column says of them.

/** What rows are sorted by: what is not known comes last, whichever way. */
export type SortValue = number | string | null

/** Which column, and which way. */
export interface Sort {
  /** Of the column. */
  readonly key: string
  readonly isDescending: boolean
}

const TEXTS = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** A new array. Rows that say the same stay in the order in which they came. */
export function sortRows<Row>(
  rows: readonly Row[],
  valueOf: (row: Row) => SortValue,
  isDescending: boolean,
): Row[] {
  const keyed = rows.map((row) => ({ row, value: valueOf(row) }))
  keyed.sort((a, b) => compare(a.value, b.value, isDescending ? -1 : 1))
  return keyed.map(({ row }) => row)
}

function compare(a: SortValue, b: SortValue, way: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  if (typeof a === 'number' && typeof b === 'number') return way * (a - b)
  return way * TEXTS.compare(String(a), String(b))
}

/** `score`, and `-score` where it is descending: as it stands in an address. */
export function sortOf(text: string, fallback: Sort): Sort {
  if (text === '') return fallback
  return text.startsWith('-')
    ? { key: text.slice(1), isDescending: true }
    : { key: text, isDescending: false }
}

/** The other way round. */
export function textOf({ key, isDescending }: Sort): string {
  return isDescending ? `-${key}` : key
}
