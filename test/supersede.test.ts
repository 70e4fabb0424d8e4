import { beforeEach, describe, expect, it } from 'vitest'
import type { Batch } from '../src/wire.ts'
import { takeCensus } from '../workers/census.ts'
import type { ItemRecord } from '../workers/item.ts'
import { createMemoryStore } from '../workers/memory-store.ts'
import { move } from '../workers/move.ts'
import type { Queue } from '../workers/queue.ts'
import type { Store } from '../workers/store.ts'
import { createDepot } from './depots.ts'
import { createFakeClock } from './fake-clock.ts'
import { createFaultyStore } from './faulty-store.ts'
import { expectBooksBalance, PROFILE, queueOver, record, rows, STORES } from './stores.ts'

const LIMITS = { maxItems: 20, maxBytes: 96_000 }

async function open(store: Store): Promise<Queue> {
  const queue = queueOver(store)
  await queue.enroll(PROFILE, null)
  return queue
}

/** Says all that the older one says. */
const newer = (seq: number, supersedes: number, priority: 0 | 1 = 1): ItemRecord => ({
  ...record(seq, priority, 10 * seq),
  supersedes,
})

/** The first batch: what is in it, and what it tells of. */
async function next(queue: Queue) {
  const [key = []] = await queue.pending(1)
  const batch = await queue.take(key)
  const { items, dropped } = JSON.parse(new TextDecoder().decode(batch?.json)) as Batch
  return { seqs: items.map(({ seq }) => seq), dropped }
}

async function keysIn(store: Store): Promise<string[]> {
  const keys = (await rows(store)).map(({ key }) => key.join())
  return keys.filter((key) => /^[bi],/.test(key))
}

describe.each(Object.entries(STORES))('superseding on %s', (_mode, create) => {
  let store: Store
  let queue: Queue

  beforeEach(async () => {
    store = create()
    queue = await open(store)
  })

  it('a newer item takes the place of the older one, which is counted and told', async () => {
    await queue.append([record(0), record(1)])
    await queue.append([newer(2, 0)])
    expect(await keysIn(store)).toEqual(['i,p1,1,1', 'i,p1,1,2'])
    await expectBooksBalance(store)
    await queue.seal('p1', LIMITS)
    expect(await next(queue)).toEqual({ seqs: [1, 2], dropped: { superseded: 1 } })
    await expectBooksBalance(store)
  })

  it('of those that come together only the newest is stored', async () => {
    await queue.append([record(0), newer(1, 0), newer(2, 1)])
    expect(await keysIn(store)).toEqual(['i,p1,1,2'])
    expect(await takeCensus(queue)).toMatchObject({ depth: 1, dropped: { superseded: 2 } })
    await expectBooksBalance(store)
  })

  it('the last one supersedes, too, though it goes before all others', async () => {
    await queue.append([record(0), record(1)])
    await queue.append([newer(2, 1, 0)])
    expect(await keysIn(store)).toEqual(['i,p1,0,2', 'i,p1,1,0'])
    await expectBooksBalance(store)
  })

  it('what is in a batch stays in it, and is not counted', async () => {
    await queue.append([record(0)])
    await queue.seal('p1', LIMITS)
    await queue.append([newer(1, 0)])
    expect(await next(queue)).toEqual({ seqs: [0], dropped: {} })
    await queue.append([newer(2, 0)])
    expect(await takeCensus(queue)).toMatchObject({ depth: 3, dropped: {} })
    await expectBooksBalance(store)
  })

  it("another producer's, and what is no item of its kind, stays", async () => {
    await queue.append([record(0, 0), record(0, 1, 0, 'p1.w0')])
    await queue.append([newer(1, 0)])
    expect(await keysIn(store)).toEqual(['i,p1,0,0', 'i,p1,1,1', 'i,p1.w0,1,0'])
    expect((await takeCensus(queue)).dropped).toEqual({})
  })

  it('what came twice is counted once, in whatever order', async () => {
    await queue.append([record(0)])
    await queue.append([newer(1, 0)])
    await queue.append([newer(1, 0)])
    expect(await takeCensus(queue)).toMatchObject({ depth: 1, dropped: { superseded: 1 } })
    await queue.append([record(2)])
    await queue.append([newer(3, 2), record(2)])
    expect(await takeCensus(queue)).toMatchObject({ depth: 2, dropped: { superseded: 2 } })
    await expectBooksBalance(store)
  })

  it('what is moved in supersedes what lies there, once', async () => {
    await queue.append([record(0), record(1)])
    const memory = await open(createMemoryStore())
    await memory.append([newer(2, 1), newer(3, 2)])
    await memory.append([newer(4, 0)])
    await move(memory, queue)
    expect(await keysIn(store)).toEqual(['i,p1,1,1', 'i,p1,1,3', 'i,p1,1,4'])
    await memory.append([newer(4, 0)])
    await move(memory, queue)
    expect(await takeCensus(queue)).toMatchObject({ depth: 3, dropped: { superseded: 2 } })
    await expectBooksBalance(store)
  })
})

it('what was superseded in memory is waited for by nobody', async () => {
  const clock = createFakeClock()
  const store = createFaultyStore(clock)
  const page = await createDepot({ clock, store })
  store.fail('refuses')
  await page.settled(page.depot.append([record(0)]))
  expect(page.depot.mode).toBe('memory')
  expect(page.safe).toEqual([])
  await page.settled(page.depot.append([newer(1, 0)]))
  expect(page.safe).toEqual([0])
})

it('what superseded nothing leaves the older one unsafe', async () => {
  const clock = createFakeClock()
  const store = createFaultyStore(clock)
  const page = await createDepot({ clock, store })
  store.fail('refuses')
  await page.settled(page.depot.append([record(0)]))
  await page.seal()
  await page.settled(page.depot.append([newer(1, 0)]))
  expect(page.safe).toEqual([])
})
