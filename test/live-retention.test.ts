// What is shown goes with the items it was made of, and a file of the version before goes on.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../collector/src/store/libsql.ts'
import { migrate } from '../collector/src/store/migrate.ts'
import { MIGRATIONS } from '../collector/src/store/migrations.ts'
import type { Store } from '../collector/src/store/store.ts'
import { NOWHERE } from '../collector/src/facts.ts'
import { createFakeClock } from './fake-clock.ts'
import { openCall, pollItem, T0 } from './live-call.ts'
import { batchOf } from './batches.ts'

let folder: string
let store: Store

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'collector-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const file = (): string => join(folder, 'a.db')

/** How many rows there are of what is shown. */
async function rows(): Promise<Record<string, number>> {
  const client = createClient({ url: `file:${file()}` })
  const counts: Record<string, number> = {}
  for (const table of ['moments', 'connections', 'producers']) {
    const { rows: found } = await client.execute(`select count(*) as count from ${table}`)
    counts[table] = Number(found[0]?.['count'])
  }
  client.close()
  return counts
}

test('retention takes moments, connections and senders of what is gone, and leaves the rest', async () => {
  const clock = createFakeClock(T0)
  store = await openStore(file(), { now: clock.now })
  const call = await openCall({ store, clock })
  const old = { sessionId: 'old', producer: 'old' }
  await call.post([pollItem(0), pollItem(1)], old)
  await clock.advance(1000)
  await call.post([pollItem(0), pollItem(1)])
  const saved = await store.rooms()
  const { last } = await store.after(0, 100)
  await store.saveRooms({
    ...saved,
    filedUntil: 0,
    cursor: last,
    changed: [],
    forgotten: [],
    files: [],
  })
  const limits = { receivedBefore: T0 + 1000, maxBytes: 1e9, unwrittenStay: true }
  while (await store.retain(limits));
  expect(await rows()).toEqual({ moments: 2, connections: 1, producers: 1 })
  expect((await call.group('/live/rooms/old')).view).toBeUndefined()
  const [left] = (await call.group('/live/rooms/s')).connections
  expect(left).toMatchObject({ polls: 2, from: { items: 2, missing: 0 } })
  await call.collector.close()
})

test('a file of the version before opens, and what comes from then on is shown', async () => {
  const client = createClient({ url: `file:${file()}` })
  await migrate(client, MIGRATIONS.slice(0, 1))
  const [facts, text] = [batchOf([]).client, JSON.stringify(pollItem(0, {}, { partial: true }))]
  await client.batch(
    [
      `insert into sessions values (1, 's', 'Demo call', ${T0}, ${T0}, 1, 2)`,
      {
        sql: `insert into batches values (1, 1, 'p', null, ${T0}, ${T0}, 2, ?)`,
        args: [JSON.stringify({ ...facts, location: NOWHERE })],
      },
      {
        sql: `insert into items values (1, '0 p', 1, 1, 'p', 0, 1, ?), (2, '1 p', 1, 1, 'p', 1, 0, ?)`,
        args: [text, JSON.stringify(pollItem(1))],
      },
    ],
    'write',
  )
  client.close()
  const clock = createFakeClock(T0)
  const call = await openCall({ store: await openStore(file(), { now: clock.now }), clock })
  expect((await call.group('/live/rooms/s')).connections).toEqual([])
  await call.post([pollItem(0, { score: 4 }), pollItem(3)])
  const { connections } = await call.group('/live/rooms/s')
  expect(connections).toMatchObject([{ polls: 2, score: 4, from: { items: 3, missing: 1 } }])
  expect((await call.moments(1)).map(({ seq }) => seq)).toEqual([0, 3])
  await call.collector.close()
})
