// The order of a table's rows, and how it stands in an address.
import { expect, it } from 'vitest'
import { sortOf, sortRows, textOf } from '../collector/page/ui/sort.ts'

const sorted = (values: readonly (number | string | null)[], isDescending: boolean): unknown =>
  sortRows(values, (value) => value, isDescending)

it('what is not known comes last, whichever way', () => {
  expect(sorted([2, null, 10, 1], false)).toEqual([1, 2, 10, null])
  expect(sorted([2, null, 10, 1], true)).toEqual([10, 2, 1, null])
})

it('numbers in names count as numbers', () => {
  expect(sorted(['peer 10', 'Peer 9', 'alice'], false)).toEqual(['alice', 'Peer 9', 'peer 10'])
})

it('rows that say the same stay as they came, both ways', () => {
  const rows = ['a', 'b', 'c']
  expect(sortRows(rows, () => 1, true)).toEqual(rows)
  expect(sortRows(rows, () => 1, false)).toEqual(rows)
})

it('an order goes into an address and comes back', () => {
  const fallback = { key: 'start', isDescending: true }
  expect(sortOf('', fallback)).toBe(fallback)
  expect(['score', '-score'].map((text) => textOf(sortOf(text, fallback)))).toEqual([
    'score',
    '-score',
  ])
})
