// A table whose rows are sorted by a click on a heading. Rows that are the same object are not rendered again, and those
// that belong elsewhere by now go there a few at a time.
import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { showCount } from './format.ts'
import { sortRows } from './sort.ts'
import type { Sort, SortValue } from './sort.ts'
import { still } from './still.ts'
import { useOverflow } from './use-overflow.ts'
import { useSettled } from './use-settled.ts'
import './sortable-table.css'

/** What stands under one heading. The first column names the row: its cell has the link to it. */
export interface Column<Row> {
  /** In a `Sort`, and in an address. */
  readonly key: string
  readonly title: string
  readonly cell: (row: Row) => ComponentChildren
  /** What the rows are sorted by; a column without it is not sorted by. */
  readonly sortBy?: (row: Row) => SortValue
  /** Sorted by first, the greatest comes first. @default false */
  readonly isGreatestFirst?: boolean
  /** Its cells are numbers, and stand at the end of theirs. @default false */
  readonly isNumber?: boolean
}

/** What a table is made of. */
export interface SortableTableProps<Row> {
  /** Said to those who do not see it. */
  readonly caption: string
  /** The same array each time, or all rows are rendered again. */
  readonly columns: readonly Column<Row>[]
  /** A row that has changed is another object. */
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string | number
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
  /** Rows at once; the others are turned to. Each that is there costs, seen or not. @default all */
  readonly perPage?: number
}

/** It scrolls in a box of its own where it is too wide, and says so. */
export function SortableTable<Row>(props: SortableTableProps<Row>) {
  const { caption, columns, rows, keyOf, sort, onSort, perPage = Infinity } = props
  const [turned, setTurned] = useState(0)
  const [box, isOverflowing] = useOverflow()
  const sorted = useMemo(() => {
    const by = columns.find(({ key }) => key === sort.key)?.sortBy
    return by ? sortRows(rows, by, sort.isDescending) : rows
  }, [rows, columns, sort.key, sort.isDescending])
  // There may be fewer by now.
  const first = Math.min(turned, lastPage(sorted.length, perPage))
  const wanted = perPage < sorted.length ? sorted.slice(first, first + perPage) : sorted
  const known = useMemo(() => new Map(rows.map((row) => [keyOf(row), row])), [rows])
  const choice = `${sort.key} ${sort.isDescending} ${first}`
  const hasFocus = (): boolean => Boolean(box.current?.querySelector('tbody:focus-within'))
  const shown = useSettled(wanted.map(keyOf), known, choice, hasFocus)
  return (
    <>
      {isOverflowing && <p class="table-hint quiet">Scroll sideways for more columns →</p>}
      <div
        ref={box}
        class="table-box"
        {...(isOverflowing && { tabIndex: 0, role: 'region', 'aria-label': caption })}
      >
        <table class="table">
          <caption class="aside">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Heading key={column.key} column={column} sort={sort} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((key) => (
              <TableRow key={key} row={known.get(key) as Row} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < sorted.length && (
        <div class="table-pages">
          <span class="quiet">
            {showCount(first + 1)} to {showCount(first + shown.length)} of{' '}
            {showCount(sorted.length)}
          </span>
          <Button isOff={first === 0} onPress={() => setTurned(first - perPage)}>
            Previous
          </Button>
          <Button
            isOff={first + shown.length === sorted.length}
            onPress={() => setTurned(first + perPage)}
          >
            Next
          </Button>
        </div>
      )}
    </>
  )
}

/** Where it begins. */
function lastPage(rows: number, perPage: number): number {
  return rows === 0 || perPage >= rows ? 0 : Math.floor((rows - 1) / perPage) * perPage
}

interface HeadingProps<Row> {
  readonly column: Column<Row>
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
}

function Heading<Row>({ column, sort, onSort }: HeadingProps<Row>) {
  const { key, title, sortBy, isGreatestFirst = false, isNumber } = column
  const look = isNumber ? 'number' : undefined
  if (!sortBy)
    return (
      <th scope="col" class={look}>
        {title}
      </th>
    )
  const isSorted = sort.key === key
  const isDescending = isSorted ? !sort.isDescending : isGreatestFirst
  const ariaSort = sort.isDescending ? 'descending' : 'ascending'
  return (
    <th scope="col" class={look} aria-sort={isSorted ? ariaSort : undefined}>
      <button type="button" onClick={() => onSort({ key, isDescending })}>
        {title}
      </button>
    </th>
  )
}

interface TableRowProps<Row> {
  readonly row: Row
  readonly columns: readonly Column<Row>[]
}

function drawRow<Row>({ row, columns }: TableRowProps<Row>) {
  return (
    <tr>
      {columns.map(({ key, cell, isNumber }, at) =>
        at === 0 ? (
          <th key={key} scope="row">
            {cell(row)}
          </th>
        ) : (
          <td key={key} class={isNumber ? 'number' : undefined}>
            {cell(row)}
          </td>
        ),
      )}
    </tr>
  )
}

const TableRow = still(drawRow) as typeof drawRow
