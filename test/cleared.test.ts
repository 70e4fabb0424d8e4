// A database that somebody else deletes: another tab, or the user who clears the site's data.
import { expect, it } from 'vitest'
import type { ProducerRow } from '../workers/rows.ts'
import { createDepot, expectEachAccountedFor, seqsIn, toldBy } from './depots.ts'
import { deleteDatabase } from './idb-faults.ts'

it('the next append works, the row of its producer is there again, and what was lost is counted', async () => {
  const page = await createDepot()
  await page.capture(3)
  await page.seal(2)
  await page.capture(2, 0)
  await deleteDatabase(page.database)
  await page.capture(1)
  expect(page.said).toEqual([])
  expect(page.losses).toEqual([['cleared', 5]])
  const row = await page.disk.ledger.read((transaction) =>
    transaction.get<ProducerRow>(['p', 'p1']),
  )
  expect(row).toMatchObject({ sessionId: 's1', items: 1, dropped: { cleared: 5 } })
  await page.deliver()
  expect(seqsIn(page.sent)).toEqual([5])
  expect(toldBy(page.sent)).toEqual({ cleared: 5 })
  await expectEachAccountedFor(page)
})

it('again and again, and what was told before is not told again', async () => {
  const page = await createDepot()
  for (let time = 0; time < 3; time++) {
    await page.capture(2)
    await deleteDatabase(page.database)
  }
  await page.capture(1)
  await page.deliver()
  expect(toldBy(page.sent)).toEqual({ cleared: 6 })
  await expectEachAccountedFor(page)
})

it('a batch number is never used twice, so that an answer that comes late settles nothing else', async () => {
  const page = await createDepot()
  await page.capture(2)
  const first = await page.seal()
  const batch = first && (await page.settled(page.depot.take(first)))
  if (!batch) throw new Error('no batch')
  await deleteDatabase(page.database)
  await page.capture(2)
  const second = await page.seal()
  expect(second?.key).not.toEqual(first?.key)
  await page.settled(page.depot.settle(batch, { again: [], quarantined: null, untold: {} }))
  expect((await page.settled(page.depot.census())).depth).toBe(2)
})

it('while nothing is stored the next drop, seal and census work, too', async () => {
  const page = await createDepot()
  await page.capture(2)
  await deleteDatabase(page.database)
  expect(await page.settled(page.depot.census())).toMatchObject({ depth: 0 })
  expect(await page.seal()).toBeNull()
  expect(await page.settled(page.depot.pending())).toEqual([])
  await page.settled(page.depot.drop('page-buffer', 4))
  expect(page.depot.mode).toBe('indexeddb')
  expect(await page.settled(page.depot.census())).toMatchObject({
    depth: 0,
    dropped: { cleared: 2, 'page-buffer': 4 },
  })
})
