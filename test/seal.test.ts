import { describe, expect, it, vi } from 'vitest'
import { decodeBody } from '../workers/body.ts'
import type { Queue } from '../workers/queue.ts'
import type { BatchRow } from '../workers/rows.ts'
import type { Store } from '../workers/store.ts'
import { createFakeClock } from './fake-clock.ts'
import { PROFILE, queueOver, record, rows, STORES } from './stores.ts'

vi.stubGlobal('CompressionStream', undefined)

const ONE = { maxItems: 1, maxBytes: 96_000 }

/** A store of which the next write waits until it is let go. */
function createHeld() {
  const store = STORES.memory()
  let holding: Promise<void> | null = null
  let letGo = (): void => {}
  const held: Store = {
    ...store,
    async write(work) {
      const wait = holding
      holding = null
      await wait
      return store.write(work)
    },
  }
  return {
    store: held,
    hold: () => (holding = new Promise((resolve) => (letGo = resolve))),
    letGo: () => letGo(),
  }
}

const batches = async (store: Store): Promise<BatchRow[]> =>
  (await rows(store)).filter(({ key }) => key[0] === 'b').map(({ value }) => value as BatchRow)

it('a loss is told by one of two batches that are sealed at the same time', async () => {
  const { store, hold, letGo } = createHeld()
  const queue = queueOver(store)
  await queue.enroll(PROFILE, null)
  await queue.drop('page-buffer', 3)
  await queue.append([record(0)])
  hold()
  const slow = queue.seal('p1', ONE)
  await store.read(async () => {})
  await queue.append([record(1, 0)])
  await queue.seal('p1', ONE)
  letGo()
  await slow
  const sealed = await batches(store)
  expect(sealed.flatMap(({ body }) => decodeBody(body).items.map(({ seq }) => seq))).toEqual([1, 0])
  expect(sealed.map(({ seqs }) => seqs)).toEqual([[1], [0]])
  expect(sealed.map(({ body }) => decodeBody(body).dropped)).toEqual([{ 'page-buffer': 3 }, {}])
  expect(sealed.map(({ dropped }) => dropped)).toEqual([{ 'page-buffer': 3 }, {}])
})

it('an item is in one of two batches that are sealed at the same time', async () => {
  const { store, hold, letGo } = createHeld()
  const queue = queueOver(store)
  await queue.enroll(PROFILE, null)
  await queue.append([record(0), record(1)])
  hold()
  const slow = queue.seal('p1', ONE)
  await store.read(async () => {})
  await queue.seal('p1', ONE)
  letGo()
  await slow
  const sealed = await batches(store)
  expect(sealed.flatMap(({ body }) => decodeBody(body).items.map(({ seq }) => seq))).toEqual([0, 1])
})

it('an item that is stored again with another size while it is sealed is counted as it lies there', async () => {
  const { store, hold, letGo } = createHeld()
  const queue = queueOver(store)
  await queue.enroll(PROFILE, null)
  await queue.append([record(0)])
  hold()
  const slow = queue.seal('p1', ONE)
  await store.read(async () => {})
  await queue.append([record(0, 1, 500)])
  letGo()
  await slow
  const all = await rows(store)
  const [batch] = await batches(store)
  const totals = all.find(({ key }) => key[0] === 'm')?.value
  expect(totals).toMatchObject({ items: 1, bytes: batch?.bytes })
  expect(JSON.stringify(decodeBody(batch?.body ?? new Uint8Array()))).toContain('x'.repeat(500))
})

/** What the last batch that was sealed says of the queue. */
async function told(queue: Queue) {
  const [key = []] = (await queue.pending()).slice(-1)
  const batch = await queue.take(key)
  return batch && decodeBody(batch.json).client.queue
}

describe.each(Object.entries(STORES))('what a batch says of the queue, in %s', (mode, create) => {
  async function start() {
    const clock = createFakeClock()
    const store = create()
    const queue = queueOver(store, { clock })
    await queue.enroll(PROFILE, null)
    const bytes = async (): Promise<number> =>
      (await rows(store))
        .filter(({ key: [kind, producer] }) => 'ib'.includes(String(kind)) && producer === 'p1')
        .reduce((sum, { value }) => sum + (value as BatchRow).bytes, 0)
    return { clock, queue, bytes }
  }

  it('is what waited when it was sealed, its own items with the others', async () => {
    const { clock, queue, bytes } = await start()
    await queue.append([record(0), record(1), record(2)])
    await clock.advance(5000.4)
    await queue.append([record(3, 0), record(0, 1, 500, 'p1.w0')])
    const waiting = await bytes()
    await queue.seal('p1', { ...ONE, maxItems: 2 })
    expect(await told(queue)).toEqual({ depth: 4, bytes: waiting, oldestAgeMs: 5000, mode })
  })

  it('is as old as the oldest batch that has no answer, whatever its priority', async () => {
    const { clock, queue, bytes } = await start()
    await queue.append([record(0, 1)])
    await queue.seal('p1', ONE)
    await clock.advance(5000)
    await queue.append([record(1, 0)])
    await queue.seal('p1', ONE)
    await clock.advance(5000)
    await queue.append([record(2, 1)])
    const waiting = await bytes()
    await queue.seal('p1', ONE)
    expect(await told(queue)).toEqual({ depth: 3, bytes: waiting, oldestAgeMs: 10_000, mode })
  })

  it('is the same in every attempt', async () => {
    const { clock, queue } = await start()
    await queue.append([record(0)])
    await queue.seal('p1', ONE)
    const [key = []] = await queue.pending()
    const first = await queue.take(key)
    if (first) await queue.putBack(first, { attempts: 1, isAnnounced: false }, 0)
    await clock.advance(5000)
    await queue.append([record(1)])
    expect((await queue.take(key))?.json).toEqual(first?.json)
  })

  it('has an age that no row makes up, or makes negative', async () => {
    const { clock, queue } = await start()
    await queue.append([record(0)])
    await queue.ledger.write(async (transaction) => {
      const row = await transaction.get<object>(['i', 'p1', 1, 0])
      transaction.put(['i', 'p1', 1, 0], { ...row, at: clock.now() + 1_000_000 })
      transaction.put(['b', 'p1', 1, -1], { v: 2, at: 'never' })
    })
    await queue.seal('p1', ONE)
    expect(await told(queue)).toMatchObject({ depth: 1, oldestAgeMs: 0 })
  })
})
