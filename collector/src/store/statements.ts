// Statements of many rows: to prepare one for each row would cost more than to run it.
import type { InStatement } from '@libsql/client'

type Table = 'sessions' | 'peers' | 'batches' | 'items' | 'moments' | 'connections' | 'producers'

const MAX_ROWS = 64

/** Puts these rows into a table, all columns in their order; `otherwise` is for those that are there. */
export function insert(
  table: Table,
  rows: readonly unknown[][],
  otherwise: string = '',
): InStatement[] {
  const statements: InStatement[] = []
  for (let at = 0; at < rows.length; at += MAX_ROWS) {
    const some = rows.slice(at, at + MAX_ROWS)
    const places = some.map((row) => `(${row.map(() => '?').join()})`)
    const args = some.flat() as (string | number | null)[]
    statements.push({ sql: `insert into ${table} values ${places.join()} ${otherwise}`, args })
  }
  return statements
}
