import { beforeEach, describe, expect, it } from 'vitest'
import type { DropReason } from '../src/wire.ts'
import { expire } from '../workers/expire.ts'
import type { Priority } from '../workers/item.ts'
import type { ProducerRow } from '../workers/rows.ts'
import type { Store } from '../workers/store.ts'
import { createFakeClock } from './fake-clock.ts'
import type { FakeClock } from './fake-clock.ts'
import { PROFILE, queueOver, record, rows, STORES } from './stores.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MAX_AGE_MS = 72 * HOUR_MS
const LIMITS = { maxItems: 2, maxBytes: 96_000 }

let store: Store
let clock: FakeClock
let losses: [DropReason, number][]

/** A page load: what it stores, and what it expires. */
async function load(producers: string[] = ['p1', 'p1.w0']) {
  const loadedAt = clock.now()
  const onDropped = (reason: DropReason, count: number): void => void losses.push([reason, count])
  const queue = queueOver(store, { clock, producers, onDropped })
  await queue.enroll(PROFILE, null)
  const [producer = ''] = producers
  return {
    queue,
    capture: (seq: number, priority: Priority = 1) =>
      queue.append([record(seq, priority, 0, producer)]),
    expire: () => expire(queue, MAX_AGE_MS, loadedAt),
  }
}

const keysOf = async (...kinds: string[]): Promise<string[]> =>
  (await rows(store)).map(({ key }) => key.join()).filter((key) => kinds.includes(key.charAt(0)))

beforeEach(() => {
  store = STORES.memory()
  clock = createFakeClock()
  losses = []
})

describe('what this page load has stored', () => {
  it('goes when it has waited longer than maxAge, and is counted as expired', async () => {
    const page = await load()
    await page.capture(0)
    await page.capture(1)
    await page.queue.seal('p1', LIMITS)
    await page.capture(2, 0)
    await clock.advance(HOUR_MS)
    await page.capture(3)
    await clock.advance(MAX_AGE_MS - HOUR_MS)
    await page.expire()
    expect(losses).toEqual([])
    await clock.advance(1)
    await page.expire()
    expect(await keysOf('i', 'b')).toEqual(['i,p1,1,3'])
    expect(losses.reduce((sum, [, count]) => sum + count, 0)).toBe(3)
    expect(new Set(losses.map(([reason]) => reason))).toEqual(new Set(['expired']))
    expect(await page.queue.size()).toBe(1)
  })

  it.each([DAY_MS, -DAY_MS, 3 * 365 * DAY_MS, -3 * 365 * DAY_MS])(
    'is as old as the steady clock says, when the wall clock jumps by %i ms',
    async (jump) => {
      const page = await load()
      await page.capture(0)
      clock.jump(jump)
      await page.capture(1)
      await clock.advance(MAX_AGE_MS)
      await page.expire()
      expect(losses).toEqual([])
      clock.jump(-2 * jump)
      await page.expire()
      expect(losses).toEqual([])
      await clock.advance(1)
      await page.expire()
      expect(losses).toEqual([
        ['expired', 1],
        ['expired', 1],
      ])
    },
  )

  it('is as old as its oldest item when it is sealed, or sent on', async () => {
    const page = await load()
    await page.capture(0)
    await clock.advance(MAX_AGE_MS - HOUR_MS)
    await page.capture(1)
    await page.queue.seal('p1', LIMITS)
    await clock.advance(HOUR_MS + 1)
    await page.expire()
    expect(losses).toEqual([['expired', 2]])
  })

  it('does not go while it is in flight', async () => {
    const page = await load()
    await page.capture(0)
    await page.queue.seal('p1', LIMITS)
    const [key = []] = await page.queue.pending()
    const batch = await page.queue.take(key)
    if (!batch) throw new Error('no batch')
    await clock.advance(MAX_AGE_MS * 2)
    await page.expire()
    expect(losses).toEqual([])
    await page.queue.putBack(batch, { attempts: 1, isAnnounced: true }, 0)
    await page.expire()
    expect(losses).toEqual([['expired', 1]])
  })

  it('tells by another batch of the losses that the one that goes told of', async () => {
    const page = await load()
    await page.queue.drop('evicted', 4)
    await page.capture(0)
    await page.queue.seal('p1', LIMITS)
    await clock.advance(MAX_AGE_MS + 1)
    await page.expire()
    const row = await store.read((transaction) => transaction.get<ProducerRow>(['p', 'p1']))
    expect(row).toMatchObject({ dropped: { evicted: 4, expired: 1 }, items: 0, bytes: 0 })
  })

  it('goes from quarantine, too', async () => {
    const page = await load()
    await page.capture(0)
    await page.queue.seal('p1', LIMITS)
    const [key = []] = await page.queue.pending()
    const batch = await page.queue.take(key)
    if (!batch) throw new Error('no batch')
    const part = { batchId: 'q', count: 1, json: batch.json, seqs: [], dropped: {} }
    const quarantined = { part, reason: 'no' }
    await clock.advance(HOUR_MS)
    await page.queue.settle(batch, { again: [], quarantined, untold: {} })
    await clock.advance(MAX_AGE_MS)
    await page.expire()
    expect(await keysOf('q')).toHaveLength(1)
    await clock.advance(1)
    await page.expire()
    expect(await keysOf('q')).toEqual([])
    expect(losses).toEqual([['expired', 1]])
    const totals = (await rows(store)).find(({ key: [kind] }) => kind === 'm')
    expect(totals?.value).toMatchObject({ items: 0, bytes: 0 })
  })

  it('leaves what cannot be read, and what is another tab’s, alone', async () => {
    const page = await load()
    const other = await load(['p2', 'p2.w0'])
    await other.capture(0)
    await store.write(async (transaction) => {
      transaction.put(['i', 'p1', 1, 7], null)
      transaction.put(['b', 'p1', 1, 8], { v: 9, at: 'yesterday' })
    })
    await clock.advance(MAX_AGE_MS * 2)
    await page.expire()
    expect(await keysOf('i', 'b')).toEqual(['b,p1,1,8', 'i,p1,1,7', 'i,p2,1,0'])
  })
})

describe('what an earlier page load has stored', () => {
  it('goes only a day beyond maxAge, for its clock may have been wrong', async () => {
    const dead = await load(['dead'])
    await dead.capture(0)
    await dead.queue.seal('dead', LIMITS)
    await clock.advance(MAX_AGE_MS)
    const page = await load()
    page.queue.adopt('dead')
    await clock.advance(DAY_MS)
    await page.expire()
    expect(losses).toEqual([])
    await clock.advance(1)
    await page.expire()
    expect(losses).toEqual([['expired', 1]])
  })

  it('is not too old at once because the clock was a day behind when it was stored', async () => {
    clock.jump(-DAY_MS)
    const dead = await load(['dead'])
    await dead.capture(0)
    await dead.queue.seal('dead', LIMITS)
    clock.jump(DAY_MS)
    await clock.advance(MAX_AGE_MS - HOUR_MS)
    const page = await load()
    page.queue.adopt('dead')
    await page.expire()
    expect(losses).toEqual([])
  })
})
