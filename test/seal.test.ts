import { expect, it, vi } from 'vitest'
import { decodeBody } from '../workers/body.ts'
import type { BatchRow } from '../workers/rows.ts'
import type { Store } from '../workers/store.ts'
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
