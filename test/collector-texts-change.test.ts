// The items of a session by producer and by time, read while they change.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NOWHERE } from '../collector/src/facts.ts'
import { checkBatch } from '../collector/src/ingest/check.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import type { KeptText, Store } from '../collector/src/store/store.ts'
import type { Item } from '../src/wire.ts'
import { batchOf, itemOf } from './batches.ts'

const T = Date.parse('2026-03-01T12:00:00.000Z')

let store: Store

beforeEach(async () => {
  store = await openStore(':memory:')
})

afterEach(async () => store.close())

const at = (seq: number, ms: number, more: Partial<Item> = {}): Item =>
  itemOf(seq, { timestamp: new Date(T + ms).toISOString(), ...more })

async function put(items: readonly Item[], producer = 'p'): Promise<void> {
  const checked = checkBatch(batchOf(items, { producer }), NOWHERE)
  if (checked.status === 'refused') throw new Error(checked.reason)
  await store.put([checked.arrival])
}

async function pages(
  way: 'texts' | 'textsByTime' = 'textsByTime',
): Promise<AsyncIterator<readonly KeptText[]>> {
  const session = await store.session('s')
  if (!session) throw new Error('no session')
  return session[way]()[Symbol.asyncIterator]()
}

async function restOf(iterator: AsyncIterator<readonly KeptText[]>): Promise<KeptText[]> {
  const texts: KeptText[] = []
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    texts.push(...next.value)
  }
  return texts
}

const said = (texts: readonly KeptText[]): string[] =>
  texts.map(({ producer, json }) => {
    const { seq, data, partial } = JSON.parse(json) as Item
    return `${producer} ${seq} ${String(data)}${partial ? ' partial' : ''}`
  })

test.each(['texts', 'textsByTime'] as const)(
  'what becomes whole while %s are read is there once',
  async (way) => {
    const items = Array.from({ length: 40 }, (_, seq) => at(seq, seq, { data: 'whole' }))
    await put(items.map((item) => ({ ...item, data: 'part', partial: true })))
    const reading = await pages(way)
    const { value: first = [] } = await reading.next()
    await put(items)
    const read = said([...first, ...(await restOf(reading))])
    expect(read).toEqual(
      items.map((_, seq) => `p ${seq} ${seq < first.length ? 'part partial' : 'whole'}`),
    )
  },
)

test('what is given up while it is read is left out', async () => {
  await put(Array.from({ length: 40 }, (_, seq) => at(seq, seq)))
  const reading = await pages()
  const { value: first = [] } = await reading.next()
  const { last } = await store.after(0, 100)
  await store.saveRooms({ cursor: last, filedUntil: 0, changed: [], forgotten: [], files: [] })
  await store.retain({ receivedBefore: 1e15, maxBytes: 1e15, unwrittenStay: false })
  expect(first.length).toBeGreaterThan(0)
  expect(await restOf(reading)).toEqual([])
})

test('a clock that was set back leaves the items of a producer in their order', async () => {
  await put([at(0, 5000), at(1, 1000), at(2, 6000)], 'a')
  await put([at(0, 2000), at(1, 5500)], 'b')
  const read = said(await restOf(await pages())).map((text) => text.slice(0, 3))
  expect(read).toEqual(['b 0', 'a 0', 'a 1', 'b 1', 'a 2'])
})

test('more producers than are merged at once are all read', async () => {
  const arrivals = Array.from({ length: 1500 }, (_, index) => {
    const checked = checkBatch(batchOf([at(0, index)], { producer: `p${index}` }), NOWHERE)
    if (checked.status === 'refused') throw new Error(checked.reason)
    return checked.arrival
  })
  await store.put(arrivals)
  const read = await restOf(await pages())
  expect(new Set(read.map(({ producer }) => producer)).size).toBe(1500)
  expect(read).toHaveLength(1500)
})

test('what is nested deeper than the database reads is there nonetheless', async () => {
  let data: unknown = 1
  for (let depth = 0; depth < 1500; depth++) data = [data]
  await put([at(0, 1000), at(1, 2000, { data }), at(2, 3000)])
  const read = await restOf(await pages())
  expect(read.map(({ json }) => (JSON.parse(json) as Item).seq)).toEqual([0, 1, 2])
})
