// What is held in memory of connections and senders is what is committed, whatever fails, and however many there are.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import type { Client } from '@libsql/client'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NOWHERE } from '../collector/src/facts.ts'
import { checkBatch } from '../collector/src/ingest/check.ts'
import { bounded, MAX_FOLDED, newFolded, touch } from '../collector/src/store/folded.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import { newConnection } from '../collector/src/store/fold.ts'
import type { Arrival, Store } from '../collector/src/store/store.ts'
import type { Batch, Item } from '../src/wire.ts'
import { batchOf } from './batches.ts'
import { clientIn, pollItem, stateItem, T0, timeAt } from './live-call.ts'
import { TIMES } from './long.ts'

let folder: string
let client: Client
let store: Store
const now = (): number => T0

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'collector-'))
  store = await openStore(join(folder, 'a.db'), { now })
  client = createClient({ url: `file:${join(folder, 'a.db')}` })
})

afterEach(async () => {
  client.close()
  await store.close()
  rmSync(folder, { recursive: true })
})

function arrivalOf(items: readonly Item[], more: Partial<Batch> = {}): Arrival {
  const checked = checkBatch(batchOf(items, more), NOWHERE)
  if (checked.status === 'refused') throw new Error(checked.reason)
  return checked.arrival
}

/** From here on the disk refuses what has this number, when the rest of its transaction has been written. */
const refuse = (which: number): Promise<unknown> =>
  client.execute(`create trigger refused before insert on producers when new.last_seq = ${which}
    begin select raise(abort, 'no place'); end`)

const shown = async (from = client): Promise<unknown> => {
  const tables = ['connections', 'producers', 'moments'].map((table) => `select * from ${table}`)
  return (await from.batch(tables)).map(({ rows }) => rows)
}

test('what a put that failed had folded is not counted', async () => {
  await store.put([arrivalOf([pollItem(0, { score: 4 })])])
  await refuse(1)
  const next = arrivalOf([pollItem(1, { score: 8, freezes: 3 })])
  await expect(store.put([next])).rejects.toThrow('no place')
  await client.execute('drop trigger refused')
  await store.put([next])
  expect(await store.sight.connections([1])).toMatchObject([
    { polls: 2, scoreSum: 12, scored: 2, freezes: 3, items: 2, lastSeq: 1 },
  ])
})

test('what retention gave up is not counted on', async () => {
  await store.put([arrivalOf([pollItem(0, { score: 4 })])])
  await store.saveRooms({
    ...{ cursor: 1, filedUntil: 0, changed: [], forgotten: [], files: [] },
  })
  const limits = { receivedBefore: T0 + 1, maxBytes: 1e9, unwrittenStay: true }
  while (await store.retain(limits));
  await store.put([arrivalOf([pollItem(1, { score: 8 })])])
  expect(await store.sight.connections([1, 2])).toMatchObject([{ polls: 1, scoreSum: 8, items: 1 }])
})

test('a connection is counted on from what is kept, after more others than are held', async () => {
  const others = Array.from({ length: MAX_FOLDED }, (_, index) =>
    pollItem(index + 1, {}, { pcId: `pc ${index}` }),
  )
  await store.put([arrivalOf([pollItem(0)])])
  for (let at = 0; at < others.length; at += 500) {
    await store.put([arrivalOf(others.slice(at, at + 500))])
  }
  await store.put([arrivalOf([pollItem(MAX_FOLDED + 1)])])
  expect(await store.sight.connections([1])).toMatchObject([{ polls: 2, items: MAX_FOLDED + 2 }])
})

test('no more are held than so many, and those were folded last', () => {
  const { connections, producers } = newFolded()
  const arrival = arrivalOf([pollItem(0)])
  const [arrived] = arrival.items
  if (!arrived) throw new Error('no item')
  const one = newConnection(1, { id: 1, session: 1, arrival, arrived, replaces: null })
  for (let at = 0; at < MAX_FOLDED + 2; at += 1) touch(connections, String(at), one)
  touch(connections, '0', one)
  bounded({ connections, producers })
  expect(connections.size).toBe(MAX_FOLDED)
  expect(['0', '1', '2', '3'].filter((key) => connections.has(key))).toEqual(['0', '3'])
})

test('a body whose items were begun in two sessions tells both senders who sent it', async () => {
  const half = (...seqs: number[]) => seqs.map((seq) => pollItem(seq, {}, { partial: true }))
  const whole = (sdkVersion: string, at: number, ...seqs: number[]) => {
    const by = { ...batchOf([]).client, sdkVersion }
    return arrivalOf(
      seqs.map((seq) => pollItem(seq)),
      { sessionId: 'u', client: by, exportedAt: timeAt(at) },
    )
  }
  await store.put([arrivalOf(half(0, 2), { sessionId: 's', exportedAt: timeAt(0) })])
  await store.put([arrivalOf(half(1, 3), { sessionId: 't', exportedAt: timeAt(0) })])
  await store.put([whole('2', 5, 0, 1), whole('3', 9, 2, 3)])
  const kept = await store.sight.connections([1, 2])
  expect(kept.map(({ clients }) => clients.sdkVersion.value)).toEqual(['3', '3'])
})

const REFUSED = 9

/** Any of a few items, by halves and in other sessions too, of a few senders. */
const arrivals: fc.Arbitrary<Arrival> = fc
  .record({
    producer: fc.constantFrom('p', 'q'),
    sessionId: fc.constantFrom('s', 't'),
    userId: fc.constantFrom(null, 'bob'),
    exportedAt: fc.nat(3),
    items: fc.uniqueArray(
      fc.record({
        seq: fc.oneof({ weight: 9, arbitrary: fc.nat(6) }, fc.constant(REFUSED)),
        pcId: fc.constantFrom('pc0', 'pc1'),
        isPartial: fc.boolean(),
        isPoll: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4, selector: ({ seq }) => seq },
    ),
  })
  .map(({ producer, sessionId, userId, exportedAt, items }) =>
    arrivalOf(
      items.map(({ seq, pcId, isPartial, isPoll }) => {
        const more = { pcId, ...(isPartial && ({ partial: true } as const)) }
        if (isPoll) return pollItem(seq, isPartial ? {} : { score: seq, freezes: seq }, more)
        return stateItem(seq, `state ${seq}`, more)
      }),
      { producer, sessionId, exportedAt: timeAt(exportedAt), ...clientIn(sessionId, userId) },
    ),
  )

test('a store that was never closed keeps what one keeps that is opened anew for each put', async () => {
  let turn = 0
  const puts = fc.array(fc.array(arrivals, { minLength: 1, maxLength: 3 }), { maxLength: 6 })
  const run = fc.asyncProperty(puts, async (groups) => {
    const [path, other] = [0, 1].map((which) => join(folder, `${(turn += 1)}-${which}.db`))
    const [one, two] = [path, other].map((name) => createClient({ url: `file:${name}` }))
    const open = (name = ''): Promise<Store> => openStore(name, { now })
    const always = await open(path)
    await (await open(other)).close()
    for (const each of [one, two]) {
      await each?.execute(`create trigger refused before insert on producers
        when new.last_seq = ${REFUSED} and new.last_item % 2 = 1
        begin select raise(abort, 'no place'); end`)
    }
    for (const group of groups) {
      const anew = await open(other)
      const [is, was] = await Promise.allSettled([always.put(group), anew.put(group)])
      expect(is.status).toBe(was.status)
      await anew.close()
    }
    expect(await shown(one)).toEqual(await shown(two))
    one?.close()
    two?.close()
    await always.close()
  })
  await fc.assert(run, { numRuns: 15 * TIMES })
})
