import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import type { Item } from '../src/wire.ts'
import { decodeBody } from '../workers/body.ts'
import type { Taken } from '../workers/depot.ts'
import type { Priority } from '../workers/item.ts'
import type { Queue } from '../workers/queue.ts'
import type { BatchRow, ItemRow } from '../workers/rows.ts'
import { bodyOf, createDepot, DONE, seqsIn, toldBy, total } from './depots.ts'
import type { DepotUnderTest } from './depots.ts'
import { createFakeClock } from './fake-clock.ts'
import { createFaultyStore, FAULTS, LIE } from './faulty-store.ts'
import type { Fault, FaultyStore } from './faulty-store.ts'
import { TIMES } from './long.ts'

// Compression runs on threads of its own, which a fake clock cannot wait for; without it bodies are stored as they are.
vi.stubGlobal('CompressionStream', undefined)

type Step =
  | {
      readonly type: 'capture'
      readonly count: number
      readonly priority: Priority
      readonly isNewer: boolean
    }
  | { readonly type: 'fail'; readonly fault: Fault; readonly after: number }
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'drop'; readonly count: number }
  | { readonly type: 'mend' | 'seal' | 'take' | 'ack' | 'putBack' | 'census' }

const count = fc.integer({ min: 1, max: 6 })
const stepOf = (faults: readonly Fault[]): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('capture'),
        count,
        priority: fc.constantFrom(0, 1),
        isNewer: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('fail'),
        fault: fc.constantFrom(...faults),
        after: fc.integer({ min: 0, max: 5 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('wait'), ms: fc.integer({ min: 0, max: 12_000 }) }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('drop'), count }) },
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constantFrom('mend', 'seal', 'seal', 'take', 'ack', 'putBack', 'census'),
      }),
    },
  ) as fc.Arbitrary<Step>

/** The items that lie in a queue, sealed or not. */
async function seqsOf({ ledger }: Queue): Promise<number[]> {
  const rows = await ledger.read(async (transaction) => [
    ...(await transaction.list<ItemRow>(['i'])),
    ...(await transaction.list<BatchRow>(['b'])),
  ])
  return rows.flatMap(({ value }) =>
    'json' in value
      ? [(JSON.parse(new TextDecoder().decode(value.json)) as Item).seq]
      : decodeBody(value.body).items.map(({ seq }) => seq),
  )
}

/** A journal and a sender beside each other. What they begin ends when the clock is moved. */
function createActor(page: DepotUnderTest, store: FaultyStore) {
  const { depot, clock } = page
  let out: Taken | null = null
  let drops = 0
  /** At most one batch is out, and one thing is done with it at a time. Where the store fails it is where it was. */
  let sender: Promise<void> = Promise.resolve()
  const next = (work: () => Promise<void>): Promise<void> =>
    (sender = sender.then(work).catch(() => {}))

  const putBack = async (): Promise<void> => {
    const batch = out
    out = null
    if (batch) await depot.putBack(batch, { attempts: 1, isAnnounced: false }, 0)
  }
  const ack = async (): Promise<void> => {
    const batch = out
    out = null
    if (!batch) return
    page.sent.push(bodyOf(batch))
    await depot.settle(batch, DONE)
  }
  const take = async (): Promise<void> => {
    const [place] = out ? [] : await depot.pending(1)
    if (place) out = await depot.take(place)
  }
  return {
    drops: () => drops,
    putBack: () => next(putBack),
    async do(step: Step): Promise<unknown> {
      switch (step.type) {
        case 'capture':
          return depot.append(page.createRecords(step.count, step.priority, step.isNewer))
        case 'fail':
          return store.fail(step.fault, step.after)
        case 'mend':
          return store.fail(null)
        case 'wait':
          return clock.advance(step.ms)
        case 'drop':
          drops += step.count
          return depot.drop('page-buffer', step.count)
        case 'seal':
          return depot.seal('p1', { maxItems: 4, maxBytes: 96_000 })
        case 'census':
          return depot.census()
        case 'take':
          return next(take)
        case 'ack':
          return next(ack)
        case 'putBack':
          return next(putBack)
        default:
          return step satisfies never
      }
    },
  }
}

/** Does these steps, awaited or beside each other; then everything is mended, and delivered. */
async function live(steps: readonly (readonly [Step, boolean])[], isSmall: boolean) {
  const clock = createFakeClock()
  const store = createFaultyStore(clock)
  const bounds = { maxItems: isSmall ? 12 : 1000, maxBytes: 1_000_000 }
  const memoryBounds = { maxItems: isSmall ? 6 : 1000, maxBytes: 1_000_000 }
  const page = await createDepot({ clock, store, bounds, memoryBounds })
  const actor = createActor(page, store)
  const underWay: Promise<unknown>[] = []
  for (const [step, isAwaited] of steps) {
    const done = actor.do(step)
    if (step.type === 'wait') await done
    else if (isAwaited) await page.settled(done)
    else underWay.push(done)
  }
  await page.settled(Promise.all(underWay), 200_000)
  const inMemory = await seqsOf(page.memory)
  const wronglySafe = inMemory.filter((seq) => page.safe.includes(seq))
  store.fail(null)
  await clock.advance(130_000)
  const { mode } = page.depot
  await page.settled(actor.putBack())
  const leftInMemory = await page.memory.size()
  await page.deliver()
  // What was dropped in the end is told by one more batch.
  await page.capture(1, 0)
  await page.deliver()
  const { depth, dropped } = await page.settled(page.depot.census())
  expect({ mode, leftInMemory, depth }).toEqual({ mode: 'indexeddb', leftInMemory: 0, depth: 0 })
  return {
    wronglySafe,
    dropped,
    told: toldBy(page.sent),
    said: page.losses.reduce((sum, [, lost]) => sum + lost, 0),
    accounted: new Set(seqsIn(page.sent)).size + total(toldBy(page.sent)),
    captured: page.captured.length + actor.drops(),
  }
}

const stepsWith = (faults: readonly Fault[]) =>
  fc.array(fc.tuple(stepOf(faults), fc.boolean()), { minLength: 5, maxLength: 60, size: 'max' })

const capture = (most: number): Step => ({
  type: 'capture',
  count: most,
  priority: 0,
  isNewer: false,
})

/** Its ack could not be written; the append beside it gave it up for room. */
const ACKED_THEN_EVICTED: [[Step, boolean][], boolean] = [
  [
    [capture(1), false],
    [{ type: 'seal' }, false],
    [capture(4), true],
    [{ type: 'take' }, false],
    [capture(1), false],
    [capture(1), false],
    [capture(1), false],
    [capture(3), true],
    [{ type: 'fail', fault: 'refuses', after: 1 }, false],
    [capture(2), false],
    [{ type: 'census' }, false],
    [{ type: 'ack' }, false],
    [capture(1), false],
    [{ type: 'wait', ms: 0 }, false],
    [capture(1), false],
  ],
  true,
]

it(
  'whatever the disk does and when: in the end each item was delivered or counted, and none is safe that was not',
  { timeout: 600_000 },
  async () => {
    const property = fc.asyncProperty(stepsWith(FAULTS), fc.boolean(), async (steps, isSmall) => {
      const { wronglySafe, dropped, told, said, accounted, captured } = await live(steps, isSmall)
      expect(wronglySafe).toEqual([])
      expect(accounted).toBe(captured)
      expect(told).toEqual(dropped)
      expect(said).toBe(total(dropped))
    })
    await fc.assert(property, { numRuns: 250 * TIMES, examples: [ACKED_THEN_EVICTED] })
  },
)

it(
  'a disk that has done what it says it has not: still nothing is lost uncounted',
  { timeout: 600_000 },
  async () => {
    const faults = [...FAULTS, LIE] as const
    const property = fc.asyncProperty(stepsWith(faults), fc.boolean(), async (steps, isSmall) => {
      const { accounted, captured } = await live(steps, isSmall)
      expect(accounted).toBeGreaterThanOrEqual(captured)
    })
    await fc.assert(property, { numRuns: 100 * TIMES })
  },
)
