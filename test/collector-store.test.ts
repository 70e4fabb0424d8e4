// The store of the collector: what it keeps, gives back and gives up, on a real file.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkBatch } from '../collector/src/ingest/check.ts'
import { NOWHERE } from '../collector/src/facts.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import { MIGRATIONS } from '../collector/src/store/migrations.ts'
import { migrate } from '../collector/src/store/migrate.ts'
import type { Arrival, RoomsChange, Store, StreamFile } from '../collector/src/store/store.ts'
import type { Batch, Item } from '../src/wire.ts'
import { batchOf, itemOf } from './batches.ts'
import { keptItems } from './kept.ts'
import { TIMES } from './long.ts'

let folder: string
let store: Store
let now = 1_000

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'collector-'))
  now = 1_000
})

afterEach(async () => {
  await store?.close()
  rmSync(folder, { recursive: true })
})

async function open(): Promise<Store> {
  store = await openStore(join(folder, 'a.db'), { now: () => now })
  return store
}

function arrivalOf(items: readonly Item[], more: Partial<Batch> = {}): Arrival {
  const checked = checkBatch(batchOf(items, more), NOWHERE)
  if (checked.status === 'refused') throw new Error(checked.reason)
  return checked.arrival
}

function nothing(cursor: number): RoomsChange {
  return { cursor, filedUntil: 0, changed: [], forgotten: [], files: [] }
}

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = []
  for await (const value of values) found.push(value)
  return found
}

describe('what was put', () => {
  test('is there when the file is opened again, in the order in which it came', async () => {
    await open()
    await store.put([arrivalOf([itemOf(1)]), arrivalOf([itemOf(0), itemOf(1)])])
    now = 2_000
    const { last } = await store.put([arrivalOf([itemOf(0)], { sessionId: 't', producer: 'q' })])
    await store.close()
    const { items, last: end } = await (await open()).after(0, 10)
    expect(end).toBe(last)
    const identities = items.map(({ producer, item, receivedAt }) => {
      return `${producer} ${'seq' in item && item.seq} ${receivedAt}`
    })
    expect(identities).toEqual(['p 1 1000', 'p 0 1000', 'q 0 2000'])
    expect(await store.after(2, 10)).toMatchObject({ items: [{ sessionId: 't' }], last })
    expect(await store.after(last, 10)).toEqual({ items: [], last })
  })

  test('comes again under a new number where a whole item replaces a partial one', async () => {
    await open()
    const partial = arrivalOf([itemOf(0, { partial: true }), itemOf(1)])
    await store.put([partial])
    const { items, last } = await store.put([arrivalOf([itemOf(0, { data: 'whole' })])])
    expect(items).toMatchObject([{ item: { data: 'whole' } }])
    expect((await store.after(0, 10)).items).toMatchObject([{ item: { seq: 1 } }, items[0]])
    expect(await store.after(last - 1, 10)).toMatchObject({ items: [{ item: { seq: 0 } }], last })
  })

  test('is kept where the partial one before it is nested deeper than SQLite reads', async () => {
    await open()
    const data: unknown = JSON.parse(`${'['.repeat(1500)}${']'.repeat(1500)}`)
    await store.put([arrivalOf([itemOf(0, { partial: true, data })])])
    const { kept } = await store.put([arrivalOf([itemOf(0)])])
    expect(kept).toMatchObject([{ accepted: 1 }])
  })

  test('is read again as it was told when it was put, whosoever session it is in', async () => {
    await open()
    await store.put([arrivalOf([itemOf(0, { partial: true })])])
    const { items } = await store.put([arrivalOf([itemOf(0)], { sessionId: 't' })])
    expect(items).toMatchObject([{ sessionId: 't' }])
    expect((await store.after(0, 10)).items).toEqual(items)
  })

  test('of any histories, in any groups, is what a map of identities would hold', async () => {
    const arrived = fc.record({
      producer: fc.constantFrom('p', 'q'),
      sessionId: fc.constantFrom('s', 't'),
      seqs: fc.array(fc.record({ seq: fc.nat(6), isPartial: fc.boolean() }), { maxLength: 5 }),
    })
    const history = fc.array(
      fc.oneof(fc.array(arrived, { minLength: 1, maxLength: 4 }), fc.constant('open' as const)),
    )
    let turn = 0
    const run = fc.asyncProperty(history, async (steps) => {
      let on = await openStore(join(folder, `${(turn += 1)}.db`))
      const model = new Map<string, { session: string; partial: boolean; data: number }>()
      let data = 0
      for (const step of steps) {
        if (step === 'open') {
          await on.close()
          on = await openStore(join(folder, `${turn}.db`))
          continue
        }
        const arrivals = step.map(({ producer, sessionId, seqs }) => {
          const items = seqs.map(({ seq, isPartial }) => {
            data += 1
            const key = `${producer} ${seq}`
            const known = model.get(key)
            if (!known || (known.partial && !isPartial)) {
              model.set(key, { session: known?.session ?? sessionId, partial: isPartial, data })
            }
            return itemOf(seq, { data, ...(isPartial && { partial: true as const }) })
          })
          return arrivalOf(items, { producer, sessionId })
        })
        await on.put(arrivals)
      }
      for (const sessionId of ['s', 't']) {
        const kept = await keptItems(on, sessionId)
        const shown = kept.map(({ producer, seq, data: held }) => [`${producer} ${seq}`, held])
        const expected = [...model].filter(([, { session }]) => session === sessionId)
        expect(shown).toEqual(expected.map(([key, { data: held }]) => [key, held]).toSorted())
      }
      expect((await on.after(0, 1000)).items).toHaveLength(model.size)
      await on.close()
    })
    await fc.assert(run, { numRuns: 30 * TIMES })
  })
})

describe('the rooms', () => {
  const file: StreamFile = { startMs: 0, endMs: 3_600_000, records: ['{"a":1}', '{"b":2}'] }

  test('stand where they were saved, with their files, when the file is opened again', async () => {
    await open()
    expect(await store.rooms()).toEqual({ cursor: 0, filedUntil: null, rooms: [] })
    const changed = ['a', 'b'].map((id) => ({ id, state: `{"${id}":1}` }))
    await store.saveRooms({ ...nothing(7), changed, files: [file] })
    await store.saveRooms({ ...nothing(8), filedUntil: file.endMs, forgotten: ['a'] })
    await store.close()
    await open()
    const rooms = changed.slice(1)
    expect(await store.rooms()).toEqual({ cursor: 8, filedUntil: file.endMs, rooms })
  })

  test('have a file waiting until it is written, and again for whoever asks', async () => {
    await open()
    const next = { ...file, startMs: file.endMs, endMs: 2 * file.endMs, records: [] }
    await store.saveRooms({ ...nothing(1), files: [file, next] })
    expect(await store.filesToWrite(1)).toEqual([file])
    await store.wroteFile(file.startMs)
    expect(await store.filesToWrite(9)).toEqual([next])
    expect(await all(store.filesBetween(0, 9e9))).toEqual([file, next])
    expect(await all(store.filesBetween(1, 9e9))).toEqual([next])
  })
})

describe('retention', () => {
  async function putAt(at: number, seq: number, sessionId = 's'): Promise<void> {
    now = at
    const items = [itemOf(seq, { data: 'x'.repeat(5_000) })]
    const { last } = await store.put([arrivalOf(items, { sessionId, producer: sessionId })])
    await store.saveRooms(nothing(last))
  }

  async function retain(receivedBefore: number, maxBytes = 1e9): Promise<void> {
    while (await store.retain({ receivedBefore, maxBytes, unwrittenStay: true }));
  }

  test('by age gives up what came before, with sessions of which nothing is left', async () => {
    await open()
    await putAt(1_000, 0, 'old')
    await putAt(2_000, 0)
    await putAt(3_000, 1)
    await retain(3_000)
    expect(await store.sessions(9)).toMatchObject([{ sessionId: 's', items: 1, peers: 1 }])
    expect(await store.session('old')).toBeUndefined()
    expect(await store.totals()).toMatchObject({ sessions: 1, items: 1, evicted: 2 })
  })

  test('by size gives up the oldest until the file is within it, and its room is used again', async () => {
    await open()
    for (let seq = 0; seq < 200; seq += 1) await putAt(1_000 + seq, seq)
    const { bytes } = await store.totals()
    await retain(0, bytes / 2)
    const { bytes: left, items, evicted } = await store.totals()
    expect(left).toBeLessThanOrEqual(bytes / 2)
    expect(items + evicted).toBe(200)
    expect((await keptItems(store, 's')).at(-1)).toMatchObject({ seq: 199 })
  })

  test('waits for the rooms to have seen it', async () => {
    await open()
    await store.put([arrivalOf([itemOf(0)])])
    await retain(9_000, 1)
    expect(await store.totals()).toMatchObject({ items: 1 })
  })

  test('gives no number again', async () => {
    await open()
    await putAt(1_000, 0)
    const { last } = await store.after(0, 1)
    await retain(9_000)
    await store.close()
    await open()
    expect(await store.put([arrivalOf([itemOf(5)])])).toMatchObject({ last: last + 1 })
  })
})

describe('the version of a file', () => {
  const added = ['create table more (id integer)']

  test('is brought to that of the program, step by step, with all that it holds', async () => {
    await open()
    await store.put([arrivalOf([itemOf(0)])])
    await store.close()
    const client = createClient({ url: `file:${join(folder, 'a.db')}` })
    await migrate(client, [...MIGRATIONS, added, ['insert into more values (7)']])
    const { rows } = await client.execute(
      'select count(*) as items, (select id from more) as id from items',
    )
    expect(rows).toMatchObject([{ items: 1, id: 7 }])
    client.close()
    await expect(open()).rejects.toThrow(`of version ${MIGRATIONS.length} or older, got version`)
    await openStoreOf('b')
  })

  test('stays where a step fails, as if it had not begun', async () => {
    const client = createClient({ url: `file:${join(folder, 'c.db')}` })
    await migrate(client, [added])
    await expect(migrate(client, [added, ['drop table more', 'nonsense']])).rejects.toThrow(
      'nonsense',
    )
    await migrate(client, [added, ['insert into more values (1)']])
    client.close()
  })

  test('of another program is refused in a sentence', async () => {
    const client = createClient({ url: `file:${join(folder, 'a.db')}` })
    await client.execute('create table photos (id integer)')
    client.close()
    await expect(open()).rejects.toThrow('got a database of another program')
  })

  async function openStoreOf(name: string): Promise<void> {
    store = await openStore(join(folder, `${name}.db`))
  }
})
