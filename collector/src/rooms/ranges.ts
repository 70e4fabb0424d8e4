// Which numbers of a producer's items have come, as ranges.

/** Sorted; none touches another. */
export type Ranges = [lo: number, hi: number][]

/** So many holes are told apart. */
const MAX_RANGES = 500

/** Adds one number. True where two ranges became one, so that what lay on either side is now known to be complete. */
export function addToRanges(ranges: Ranges, seq: number): boolean {
  // The newest comes most often.
  let index = ranges.length
  while (index > 0 && (ranges[index - 1]?.[0] ?? -Infinity) > seq) index--
  const [left, right] = [ranges[index - 1], ranges[index]]
  if (left && seq <= left[1]) return false
  const touchesLeft = left?.[1] === seq - 1
  const touchesRight = right?.[0] === seq + 1
  if (left && right && touchesLeft && touchesRight) {
    ranges.splice(index - 1, 2, [left[0], right[1]])
    return true
  }
  if (left && touchesLeft) left[1] = seq
  else if (right && touchesRight) right[0] = seq
  else ranges.splice(index, 0, [seq, seq])
  return joinOldest(ranges)
}

/** All numbers of both. */
export function unionOf(one: Ranges, other: Ranges): Ranges {
  const union: Ranges = []
  for (const [lo, hi] of [...one, ...other].sort(([a], [b]) => a - b)) {
    const last = union.at(-1)
    if (last && lo <= last[1] + 1) last[1] = Math.max(last[1], hi)
    else union.push([lo, hi])
  }
  joinOldest(union)
  return union
}

/** The highest; -1 where there is none. */
export function lastOf(ranges: Ranges): number {
  return ranges.at(-1)?.[1] ?? -1
}

/** Every number between has come. */
export function covers(ranges: Ranges, lo: number, hi: number): boolean {
  return ranges.some((range) => range[0] <= lo && hi <= range[1])
}

/** Over the bound the oldest holes are taken for filled: what still comes of them comes too late. */
function joinOldest(ranges: Ranges): boolean {
  let isJoined = false
  while (ranges.length > MAX_RANGES) {
    const [first, second] = ranges
    if (!first || !second) break
    ranges.splice(0, 2, [first[0], second[1]])
    isJoined = true
  }
  return isJoined
}
