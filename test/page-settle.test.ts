// Rows that go to where they belong a few at a time: of a table whose order changes each second.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { settle } from '../collector/page/ui/settle.ts'

/** Rows by name, and how many of them are in sight. */
const rows = fc.uniqueArray(fc.integer({ min: 0, max: 40 }))
const size = fc.nat({ max: 20 })

it('what is shown first is shown as it belongs', () => {
  expect(settle([], [3, 1, 2], new Set([1, 2, 3]), 1)).toEqual([3, 1, 2])
})

it('at most so many rows go elsewhere at once, the topmost first', () => {
  const known = new Set([1, 2, 3, 4, 5])
  expect(settle([1, 2, 3, 4, 5], [5, 4, 3, 2, 1], known, 1)).toEqual([5, 1, 2, 3, 4])
  expect(settle([1, 2], [4, 5], known, 1)).toEqual([4, 1])
})

it('one row that goes far is one that goes, whichever way', () => {
  const rising = [1, 2, 3, 4, 5]
  const known = new Set(rising)
  expect(settle([5, 1, 2, 3, 4], rising, known, 1)).toEqual(rising)
  expect(settle([2, 3, 4, 5, 1], rising, known, 1)).toEqual(rising)
})

it('a row that is gone makes room beside', () => {
  expect(settle([9, 1, 2], [1, 2, 3], new Set([1, 2, 3]), 0)).toEqual([1, 2, 3])
})

it('whatever was shown, as many as are wanted are, none of them twice and none that is gone', () => {
  fc.assert(
    fc.property(rows, rows, size, fc.nat({ max: 5 }), (before, after, seen, most) => {
      const known = new Set(after)
      const wanted = after.slice(0, seen)
      const shown = settle(before.slice(0, seen), wanted, known, most)
      expect(shown).toHaveLength(wanted.length)
      expect(new Set(shown).size).toBe(shown.length)
      expect(shown.filter((row) => !known.has(row))).toEqual([])
    }),
  )
})

it('all but so many stay in their order, and asked often enough all are where they belong', () => {
  fc.assert(
    fc.property(rows, size, fc.integer({ min: 1, max: 5 }), (all, seen, most) => {
      const known = new Set(all)
      const wanted = all.toSorted((one, other) => one - other).slice(0, seen)
      let shown: readonly number[] = all.slice(0, seen)
      for (let turn = 0; turn < wanted.length ** 2; turn += 1) {
        const next = settle(shown, wanted, known, most)
        expect(commonOf(shown, next)).toBeGreaterThanOrEqual(next.length - most)
        shown = next
      }
      expect(shown).toEqual(wanted)
    }),
  )
})

/** The length of the longest sequence that both have in the same order. */
function commonOf(one: readonly number[], other: readonly number[]): number {
  const longest = (from: number, of: number): number => {
    if (from === one.length || of === other.length) return 0
    const known = lengths.get(from * 100 + of)
    if (known !== undefined) return known
    const length =
      one[from] === other[of]
        ? 1 + longest(from + 1, of + 1)
        : Math.max(longest(from + 1, of), longest(from, of + 1))
    lengths.set(from * 100 + of, length)
    return length
  }
  const lengths = new Map<number, number>()
  return longest(0, 0)
}
