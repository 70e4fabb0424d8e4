// Whatever a browser writes, what is derived of it can be believed: random readings of every member that is read.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TIMES } from './long.ts'
import type { Stat } from '../src/stats.ts'
import { tabulate } from '../workers/formulas.ts'
import { deriveAll, insaneIn, stat } from './deriving.ts'
import type { Members } from './deriving.ts'
import { DESCRIBE } from './metrics-page/describe.ts'
import type { Description } from './metrics-page/describe.ts'

const DURATIONS = 'qualityLimitationDurations'
const REASONS = ['none', 'cpu', 'bandwidth', 'other']

const tables = Object.entries(tabulate<Description>(DESCRIBE))
/** What the formulas of each type read, of either kind. */
const membersByType = new Map<string, Set<string>>()
for (const [typeAndKind, formulas] of tables) {
  const [type = ''] = typeAndKind.split(' ')
  const members = membersByType.get(type) ?? new Set(['ssrc', 'rtxSsrc'])
  for (const { members: read } of Object.values(formulas))
    for (const member of read) if (!member.includes('.')) members.add(member)
  members.delete('timestamp')
  membersByType.set(type, members)
}

const number = fc.oneof(
  { weight: 5, arbitrary: fc.nat(100) },
  { weight: 2, arbitrary: fc.double({ min: 0, max: 10 }) },
  fc.integer(),
  fc.double(),
  fc.constantFrom(2 ** 31, 2 ** 32 - 1, Number.MAX_VALUE, -Number.MAX_VALUE, '7', '1e309', null),
)
const durationsOf = (seconds: fc.Arbitrary<unknown>) =>
  fc.record(Object.fromEntries(REASONS.map((reason) => [reason, seconds])), { requiredKeys: [] })
const timestamp = fc.oneof(
  { weight: 4, arbitrary: fc.nat(100_000) },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, Number.MAX_VALUE),
)

/** What a counter grows by; now and then a reading lacks it. */
const step = fc.option(fc.oneof(fc.constant(0), fc.nat(50)), { nil: undefined, freq: 20 })
/** Now and then time goes back. */
const interval = fc.oneof(
  { weight: 5, arbitrary: fc.nat(3000) },
  fc.integer({ min: -9000, max: 0 }),
)

/** Readings of one object; the counters of half of them never go back. */
const anyReadings = fc
  .tuple(fc.constantFrom(...membersByType.keys()), fc.constantFrom('a', 'b', 'c'), fc.boolean())
  .chain(([type, id, isOrderly]) => {
    const members = [...(membersByType.get(type) ?? [])]
    const value = isOrderly ? step : number
    const values = Object.fromEntries(
      members.map((member) => [member, member === DURATIONS ? durationsOf(value) : value]),
    )
    const reading = fc.tuple(
      fc.record(values, isOrderly ? {} : { requiredKeys: [] }),
      isOrderly ? interval : timestamp,
    )
    return fc.array(reading, { minLength: 2, maxLength: 5 }).map((readings) => {
      const all = isOrderly ? addedUp(readings) : readings
      return all.map(([rest, at]) => stat(type, at, { localId: 'a', selected: true, ...rest }, id))
    })
  })

type Reading = [members: Members, at: number]

/** Each reading on top of the one before it. */
function addedUp(readings: readonly Reading[]): Reading[] {
  let before: Reading = [{}, 0]
  return readings.map(([members, at]) => {
    before = [add(members, before[0]), at + before[1]]
    return before
  })
}

function add(members: Members, before: Members): Members {
  const sums = Object.entries(members).map(([name, value]) => [
    name,
    name === DURATIONS
      ? add(value as Members, (before[name] ?? {}) as Members)
      : value === undefined
        ? value
        : Number(value) + Number(before[name] ?? 0),
  ])
  return Object.fromEntries(sums)
}

/** Several objects beside each other, poll by poll. */
const anyReports = fc
  .uniqueArray(anyReadings, { minLength: 1, maxLength: 3, selector: ([first]) => first?.id })
  .map((objects): Stat[][] =>
    [0, 1, 2, 3, 4].map((poll) => objects.flatMap((readings) => readings[poll] ?? [])),
  )

it('whatever comes in, nothing derived is NaN, infinite, out of its range or negative but the loss delta', () => {
  fc.assert(
    fc.property(anyReports, (reports) => {
      expect(insaneIn(deriveAll(...reports))).toEqual([])
    }),
    { numRuns: 1000 * TIMES },
  )
})

it('whatever comes in, it is not changed', () => {
  fc.assert(
    fc.property(anyReports, (reports) => {
      const before = structuredClone(reports)
      deriveAll(...reports)
      expect(reports).toEqual(before)
    }),
  )
})

it('these readings have every metric somewhere', () => {
  const named = new Set(
    fc
      .sample(anyReports, { numRuns: 1000, seed: 1 })
      .flatMap((reports) => deriveAll(...reports))
      .flatMap((metrics) => Object.values(metrics).flatMap((values) => Object.keys(values))),
  )
  const names = new Set(tables.flatMap(([, formulas]) => Object.keys(formulas)))
  expect([...names].filter((name) => !named.has(name))).toEqual([])
})
