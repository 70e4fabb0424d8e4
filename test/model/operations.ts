// What may happen in a model world, and in which order what waits there goes on.
import fc from 'fast-check'
import type { Capture } from './captures.ts'
import { ANSWERS } from './server.ts'
import type { AnswerKind } from './server.ts'

export const TABS = 3

type Plain = 'clear' | 'evict-quarter' | 'resend' | 'discard' | 'expire'

export type Operation = { readonly tab: number; readonly steps: readonly number[] } & (
  | { readonly kind: 'append'; readonly captures: readonly Capture[]; readonly isOwn: boolean }
  | { readonly kind: 'seal'; readonly isOwn: boolean; readonly maxItems: number }
  | { readonly kind: 'send'; readonly answers: readonly AnswerKind[] }
  | { readonly kind: 'send-all'; readonly limitMs: number }
  | { readonly kind: Plain }
  | { readonly kind: 'drop'; readonly count: number }
  | { readonly kind: 'enroll'; readonly userId: string | null }
  | { readonly kind: 'crash'; readonly dyingAfter: number | null }
  | { readonly kind: 'open'; readonly userId: string | null }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'jump'; readonly ms: number }
  | { readonly kind: 'go-on'; readonly most: number }
)

const capture = fc.record({
  priority: fc.constantFrom(0 as const, 1 as const, 1 as const),
  padding: fc.constantFrom(0, 0, 100, 900),
  isPoison: fc.integer({ min: 0, max: 15 }).map((number) => number === 7),
  isNewer: fc.integer({ min: 0, max: 3 }).map((number) => number === 3),
})
const userId = fc.constantFrom(null, null, 'anna', 'bert')
const isOwn = fc.integer({ min: 0, max: 4 }).map((number) => number === 4)
const answers = fc.array(fc.constantFrom('ok' as const, ...ANSWERS), { minLength: 1, maxLength: 3 })

const what = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      captures: fc.array(capture, { minLength: 1, maxLength: 5 }),
      isOwn,
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('seal' as const),
      isOwn,
      maxItems: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 24, arbitrary: fc.record({ kind: fc.constant('send' as const), answers }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('send-all' as const),
      limitMs: fc.constantFrom(0, 2000, 30_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('clear' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('evict-quarter' as const, 'resend', 'discard', 'expire'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('drop' as const),
      count: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('enroll' as const), userId }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      dyingAfter: fc.option(fc.integer({ min: 0, max: 12 })),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('open' as const), userId }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('advance' as const),
      ms: fc.constantFrom(100, 1000, 5000, 20_000, 120_000, 960_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('jump' as const),
      ms: fc.constantFrom(-86_400_000, -60_000, 60_000, 86_400_000),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('go-on' as const),
      most: fc.integer({ min: 1, max: 40 }),
    }),
  },
)

const operation: fc.Arbitrary<Operation> = fc
  .tuple(what, fc.nat(TABS - 1), fc.array(fc.nat(31), { maxLength: 6 }))
  .map(([rest, tab, steps]) => ({ ...rest, tab, steps }))

/** Histories of exactly so many operations, until one fails and is made shorter. */
export const historyOf = (length: number): fc.Arbitrary<readonly Operation[]> =>
  fc.array(operation, { minLength: 1, maxLength: length, size: 'max' })
