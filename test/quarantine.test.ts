import { beforeEach, describe, expect, it } from 'vitest'
import type { Batch } from '../src/wire.ts'
import { discard, inspect, resend } from '../workers/quarantine.ts'
import { identitiesOf } from '../workers/queue.ts'
import type { Queue } from '../workers/queue.ts'
import type { ProducerRow } from '../workers/rows.ts'
import type { Store } from '../workers/store.ts'
import { createFakeClock } from './fake-clock.ts'
import type { FakeClock } from './fake-clock.ts'
import { PROFILE, queueOver, record, rows, STORES } from './stores.ts'

const LIMITS = { maxItems: 20, maxBytes: 500_000 }

let store: Store
let clock: FakeClock
let ids: number

beforeEach(() => {
  store = STORES.memory()
  clock = createFakeClock()
  ids = 0
})

async function open(producer = 'p1', owner: string | null = null): Promise<Queue> {
  const producers = [producer, `${producer}.w0`]
  const queue = queueOver(store, { clock, producers, newId: () => `b${ids++}` })
  await queue.enroll(PROFILE, owner)
  return queue
}

let seq = 0

/** One batch that the endpoint has refused; returns its body. */
async function refuse(queue: Queue, items = 1, padding = 0, reason = 'no'): Promise<Uint8Array> {
  const [producer = ''] = queue.producers
  const records = Array.from({ length: items }, () => record(seq++, 1, padding, producer))
  await queue.append(records)
  await queue.seal(producer, LIMITS)
  const [key = []] = await queue.pending()
  const batch = await queue.take(key)
  if (!batch) throw new Error('no batch')
  const { row, json } = batch
  const { batchId, count, seqs = [] } = row
  const part = { batchId, count, seqs, json, dropped: {} }
  await queue.settle(batch, { again: [], quarantined: { part, reason }, untold: {} })
  await clock.advance(10)
  return json
}

const idsIn = async (queue: Queue): Promise<string[]> =>
  (await inspect(queue)).map(({ batchId }) => batchId)

async function sendable(queue: Queue): Promise<Batch[]> {
  const bodies: Batch[] = []
  for (const key of await queue.pending()) {
    const batch = await queue.take(key)
    if (!batch) continue
    bodies.push(JSON.parse(new TextDecoder().decode(batch.json)))
    await queue.settle(batch, { again: [], quarantined: null, untold: {} })
  }
  return bodies
}

const lossesOf = async (producer: string): Promise<unknown> =>
  (await store.read((transaction) => transaction.get<ProducerRow>(['p', producer])))?.dropped

describe('inspect', () => {
  it('shows what was refused, oldest first, with its items and the reason', async () => {
    const queue = await open()
    await refuse(queue, 2, 0, 'poison')
    await refuse(queue, 1, 0, 'too large')
    expect(await inspect(queue)).toEqual([
      {
        batchId: 'b0',
        sessionId: 's1',
        reason: 'poison',
        count: 2,
        items: [expect.objectContaining({ event: 'stats' }), expect.anything()],
      },
      expect.objectContaining({ batchId: 'b1', reason: 'too large', count: 1 }),
    ])
  })

  it("neither shows nor touches another user's", async () => {
    await refuse(await open('annas', 'anna'))
    await refuse(await open('nobodys', null))
    const bert = await open('berts', 'bert')
    await refuse(bert)
    expect(await idsIn(bert)).toEqual(['b1', 'b2'])
    expect(await resend(bert, ['b0'])).toBe(0)
    expect(await discard(bert, null)).toBe(2)
    expect(await idsIn(await open('annas', 'anna'))).toEqual(['b0'])
  })
})

describe('resend', () => {
  it('sends it again under the batchId and with the body that it had', async () => {
    const queue = await open()
    const body = await refuse(queue, 3)
    expect(await queue.size()).toBe(0)
    expect(await resend(queue, null)).toBe(3)
    expect(await idsIn(queue)).toEqual([])
    expect(await queue.size()).toBe(3)
    const [key = []] = await queue.pending()
    const batch = await queue.take(key)
    expect(batch?.json).toEqual(body)
    expect(batch?.row).toMatchObject({ batchId: 'b0', attempts: 0, isAnnounced: false })
    if (batch) await queue.settle(batch, { again: [], quarantined: null, untold: {} })
    expect(await queue.size()).toBe(0)
  })

  it('is known by its items to who made them, and to nobody who has numbered others so', async () => {
    await refuse(await open('dead'), 2)
    const queue = await open()
    await refuse(queue)
    await resend(queue, null)
    const keys = await queue.pending()
    const batches = await Promise.all(keys.map((key) => queue.take(key)))
    const known = batches.map((batch) => batch && identitiesOf(batch))
    expect(known).toEqual([[], [{ producer: 'p1', seq: seq - 1 }]])
  })

  it('by id alone the named ones', async () => {
    const queue = await open()
    for (let each = 0; each < 3; each++) await refuse(queue, 2)
    expect(await resend(queue, ['b1', 'unknown'])).toBe(2)
    expect(await idsIn(queue)).toEqual(['b0', 'b2'])
    expect((await sendable(queue)).map(({ batchId }) => batchId)).toEqual(['b1'])
  })

  it('of what another tab that lives has in quarantine sends that, and takes over nothing else', async () => {
    const sibling = await open('sibling')
    await refuse(sibling)
    await sibling.append([record(100, 1, 0, 'sibling')])
    await sibling.seal('sibling', LIMITS)
    const queue = await open()
    expect(await resend(queue, null)).toBe(1)
    expect(queue.producers).toEqual(['p1', 'p1.w0'])
    const bodies = await sendable(queue)
    expect(bodies.map(({ batchId, producer }) => [batchId, producer])).toEqual([['b0', 'sibling']])
    expect((await sendable(sibling)).map(({ batchId }) => batchId)).toEqual(['b1'])
    expect([await queue.size(), await sibling.size()]).toEqual([0, 0])
  })

  it('does not age what has waited in quarantine', async () => {
    const queue = await open()
    await refuse(queue)
    await clock.advance(1000)
    await resend(queue, null)
    const [key = []] = await queue.pending()
    expect(await queue.take(key)).toMatchObject({ row: { at: queue.ledger.now() } })
  })
})

describe('discard', () => {
  it('gives it up for good, and counts it as rejected', async () => {
    const queue = await open()
    for (let each = 0; each < 3; each++) await refuse(queue, 2)
    expect(await discard(queue, ['b1'])).toBe(2)
    expect(await idsIn(queue)).toEqual(['b0', 'b2'])
    expect(await lossesOf('p1')).toEqual({ rejected: 2 })
    expect(await discard(queue, null)).toBe(4)
    expect(await idsIn(queue)).toEqual([])
    expect(await lossesOf('p1')).toEqual({ rejected: 6 })
    expect(await discard(queue, null)).toBe(0)
  })
})

describe('the bounds', () => {
  it('are 20 items of the whole endpoint: the oldest goes, and is counted by whose it was', async () => {
    const one = await open('one')
    const other = await open('other')
    await refuse(one, 8)
    await refuse(other, 8)
    await refuse(other, 8)
    expect(await idsIn(one)).toEqual(['b1', 'b2'])
    expect(await lossesOf('one')).toEqual({ rejected: 8 })
  })

  it('are 256 KB of the whole endpoint', async () => {
    const one = await open('one')
    const other = await open('other')
    // Noise, for they are gzipped at rest.
    for (const queue of [one, other, one]) await refuse(queue, 1, 0)
    await store.write(async (transaction) => {
      for (const { key, value } of await transaction.list<object>(['q'])) {
        transaction.put(key, { ...value, bytes: 110_000 })
      }
    })
    await refuse(other)
    expect(await idsIn(one)).toEqual(['b1', 'b2', 'b3'])
    expect(await lossesOf('one')).toEqual({ rejected: 1 })
  })
})

describe.each([
  ['of another version', { v: 2, count: 1, bytes: 10 }],
  ['no object', 'garbage'],
  ['null', null],
])('a row that is %s', (_, value) => {
  it('as a batch is in quarantine when its turn comes, and the others go', async () => {
    const queue = await open()
    await queue.append([record(0)])
    await queue.seal('p1', LIMITS)
    await queue.append([record(1)])
    await queue.seal('p1', LIMITS)
    const [key = []] = await queue.pending()
    await store.write(async (transaction) => transaction.put(key, value))
    expect((await sendable(queue)).map(({ batchId }) => batchId)).toEqual(['b1'])
    expect(await inspect(queue)).toMatchObject([
      { reason: 'it is of no known version', items: [], count: 1 },
    ])
    expect(await resend(queue, null)).toBe(0)
    expect(await queue.pending()).toEqual([])
    expect(await discard(queue, null)).toBe(1)
    expect(await lossesOf('p1')).toEqual({ rejected: 1 })
  })

  it('as an item is in quarantine when its turn comes, and the others go', async () => {
    const queue = await open()
    await queue.append([record(0), record(1)])
    await store.write(async (transaction) => transaction.put(['i', 'p1', 1, 0], value))
    expect(await queue.seal('p1', LIMITS)).toMatchObject({ count: 1 })
    expect(await inspect(queue)).toMatchObject([{ items: [], count: 1 }])
    expect(await sendable(queue)).toHaveLength(1)
  })

  it('in quarantine itself is shown to nobody, and is in nobody’s way', async () => {
    const queue = await open()
    await refuse(queue)
    await store.write(async (transaction) => transaction.put(['q', 'p1', 99], value))
    expect(await idsIn(queue)).toEqual(['b0'])
    expect(await resend(queue, null)).toBe(1)
    expect(await discard(queue, null)).toBe(0)
    expect(await queue.pending()).toHaveLength(1)
  })
})

it('a body whose gzip is broken is in quarantine, and resend does not loop', async () => {
  const queue = await open()
  await queue.append([record(0)])
  await queue.seal('p1', LIMITS)
  const [key = []] = await queue.pending()
  await store.write(async (transaction) => {
    const row = await transaction.get<object>(key)
    transaction.put(key, { ...row, body: new Uint8Array([1, 2, 3]), encoding: 'gzip' })
  })
  expect(await sendable(queue)).toEqual([])
  expect(await inspect(queue)).toMatchObject([{ reason: 'it cannot be decoded', items: [] }])
  await resend(queue, null)
  expect(await sendable(queue)).toEqual([])
  expect(await inspect(queue)).toHaveLength(1)
  expect((await rows(store)).filter(({ key: [kind] }) => kind === 'b')).toEqual([])
})
