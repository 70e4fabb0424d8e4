// Rows that are followed for hours: the table holds those that it shows, and none that it showed before.
import { h, render } from 'preact'
import { expect, test } from 'vitest'
import { SortableTable } from '../../collector/page/ui/sortable-table.tsx'
import type { Column } from '../../collector/page/ui/sortable-table.tsx'

class Row {
  readonly id: number
  readonly turn: number
  constructor(id: number, turn: number) {
    this.id = id
    this.turn = turn
  }
}

const ROWS = 12
const TURNS = 40

let drawn = 0
const columns: readonly Column<Row>[] = [
  { key: 'id', title: 'Row', cell: ({ id }) => h('b', null, id) },
  {
    key: 'turn',
    title: 'Turn',
    cell: ({ turn }) => {
      drawn += 1
      return h('b', null, turn)
    },
  },
]

test('a table draws the rows that have changed, and lets go of what they were', () => {
  const host = document.createElement('div')
  let rows = Array.from({ length: ROWS }, (_, id) => new Row(id, 0))
  const draw = (): void =>
    render(
      h(SortableTable<Row>, {
        caption: 'Rows',
        columns,
        rows,
        keyOf: ({ id }) => id,
        sort: { key: '', isDescending: false },
        onSort: () => {},
      }),
      host,
    )
  draw()
  drawn = 0
  for (let turn = 1; turn <= TURNS; turn += 1) {
    rows = rows.map((row) => (row.id % 4 === turn % 4 ? new Row(row.id, turn) : row))
    draw()
  }
  expect(drawn).toBe((TURNS * ROWS) / 4)
  expect(host.querySelectorAll('tbody tr')).toHaveLength(ROWS)
  // What the last two drawings were given is held.
  expect(heldBy(host).size).toBeLessThanOrEqual(2 * ROWS)
  render(null, host)
})

/** All rows that are to be reached from what was drawn into it. */
function heldBy(host: Element): Set<Row> {
  const held = new Set<Row>()
  const seen = new Set<unknown>()
  const waiting: unknown[] = Object.values(host)
  while (waiting.length > 0) {
    const value = waiting.pop()
    const isOther = typeof value !== 'object' || value === null || value instanceof Node
    if (isOther || seen.has(value)) continue
    seen.add(value)
    if (value instanceof Row) held.add(value)
    waiting.push(...Object.values(value))
  }
  return held
}
