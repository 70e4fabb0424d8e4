import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { DropReason } from '../src/wire.ts'
import { decodeBody } from '../workers/body.ts'
import type { Locks } from '../workers/lock.ts'
import { createLocks } from '../workers/lock.ts'
import { claim, drainTheDead } from '../workers/orphans.ts'
import type { RollCall } from '../workers/orphans.ts'
import type { Queue } from '../workers/queue.ts'
import type { Store } from '../workers/store.ts'
import { createFakeClock } from './fake-clock.ts'
import type { FakeClock } from './fake-clock.ts'
import { createLockManager } from './lock-manager.ts'
import type { FakeLockManager } from './lock-manager.ts'
import { PROFILE, queueOver, record, rows, STORES } from './stores.ts'

// Compression runs on threads of its own, which a fake clock cannot wait for.
vi.stubGlobal('CompressionStream', undefined)

const LIMITS = { maxItems: 2, maxBytes: 96_000 }

let store: Store
let clock: FakeClock
let manager: FakeLockManager
let rollCalls: RollCall[]

/** One tab: what it holds, and what it has taken over. */
interface Tab {
  readonly queue: Queue
  readonly locks: Locks
  readonly adopted: number[]
  readonly losses: [DropReason, number][]
  die(): void
}

beforeEach(() => {
  store = STORES.memory()
  clock = createFakeClock()
  manager = createLockManager()
  rollCalls = []
})

/** All of them hear it but the one who calls. */
function openRollCall(): RollCall {
  const own: RollCall = {
    onmessage: null,
    postMessage(producer) {
      for (const other of rollCalls) {
        if (other !== own) other.onmessage?.({ data: producer } as MessageEvent<string>)
      }
    },
    close() {},
  }
  rollCalls.push(own)
  return own
}

async function open(producer: string, owner: string | null = null): Promise<Tab> {
  const { scope, die } = manager.scope()
  const locks = createLocks(scope)
  if (!locks) throw new Error('no locks')
  const queue = queueOver(store, { clock, producers: [producer, `${producer}.w0`] })
  const adopted: number[] = []
  const losses: [DropReason, number][] = []
  const rollCall = openRollCall()
  await claim({ locks, clock, database: 'db', producer })
  await queue.enroll(PROFILE, owner)
  void drainTheDead({
    queue,
    locks,
    rollCall,
    clock,
    database: 'db',
    producer,
    limits: () => LIMITS,
    onAdopted: (items) => adopted.push(items),
    onDropped: (reason, count) => losses.push([reason, count]),
  })
  await clock.advance(0)
  return { queue, locks, adopted, losses, die }
}

/** Three items, one of them sealed. */
async function fill({ queue }: Tab): Promise<void> {
  const [producer = ''] = queue.producers
  await queue.append([0, 1, 2].map((seq) => record(seq, 1, 0, producer)))
  await queue.seal(producer, { ...LIMITS, maxItems: 1 })
}

const producersOf = async ({ queue }: Tab): Promise<unknown[]> =>
  (await queue.pending()).map((key) => key[1])

describe('orphans', () => {
  it('what a page that is gone left is sealed under its own name, and goes with the next one', async () => {
    const dead = await open('dead')
    await fill(dead)
    dead.die()
    const next = await open('next')
    await clock.advance(1000)
    expect(next.adopted).toEqual([2])
    expect(await producersOf(next)).toEqual(['dead', 'dead'])
    const [key = []] = await next.queue.pending()
    const batch = await next.queue.take(key)
    expect(JSON.parse(new TextDecoder().decode(batch?.json))).toMatchObject({ producer: 'dead' })
  })

  it('a sibling that lives takes over at once, one that came later too', async () => {
    const sibling = await open('sibling')
    const later = await open('later')
    await fill(later)
    await clock.advance(60_000)
    expect(sibling.adopted).toEqual([])
    later.die()
    await clock.advance(1000)
    expect(sibling.adopted).toEqual([2])
  })

  it('when the one that drains dies the next one does, and drains it too', async () => {
    const first = await open('first')
    const second = await open('second')
    await fill(first)
    first.die()
    await clock.advance(2000)
    expect(second.adopted).toEqual([2])
  })

  it('a page that lives keeps its own, however long it is silent', async () => {
    const alive = await open('alive')
    await fill(alive)
    const other = await open('other')
    await clock.advance(100 * 3_600_000)
    expect(other.adopted).toEqual([])
    expect(await other.queue.pending()).toEqual([])
  })

  it('only one of several takes the dead over', async () => {
    const dead = await open('dead')
    await fill(dead)
    const tabs = [await open('a'), await open('b'), await open('c')]
    dead.die()
    await clock.advance(5000)
    expect(tabs.map(({ adopted }) => adopted)).toEqual([[2], [], []])
  })

  it('a worker that is started again within a second is not dead', async () => {
    const sibling = await open('sibling')
    const worker = await open('page')
    await fill(worker)
    worker.die()
    await clock.advance(500)
    const again = await open('page')
    await clock.advance(5000)
    expect(sibling.adopted).toEqual([])
    again.die()
    await clock.advance(1000)
    expect(sibling.adopted).toEqual([2])
  })

  it("another user's batches are taken over and not sent", async () => {
    const anna = await open('annas', 'anna')
    const bert = await open('berts', 'bert')
    const nobody = await open('nobodys', null)
    for (const tab of [anna, bert, nobody]) {
      await fill(tab)
      tab.die()
    }
    const next = await open('next', 'bert')
    await clock.advance(2000)
    for (const key of await next.queue.pending()) await next.queue.take(key)
    const names = new Set(await producersOf(next))
    expect(names).toEqual(new Set(['berts', 'nobodys']))
    await next.queue.enroll(PROFILE, 'anna')
    expect(new Set(await producersOf(next))).toContain('annas')
  })

  it('a dead producer that has left nothing is forgotten, and what it lost is told', async () => {
    const dead = await open('dead')
    await dead.queue.drop('evicted', 7)
    dead.die()
    const alive = await open('alive')
    await clock.advance(2000)
    expect(alive.losses).toEqual([['evicted', 7]])
    await fill(alive)
    const [sealed = []] = await alive.queue.pending()
    const batch = await alive.queue.take(sealed)
    expect(decodeBody(batch?.json ?? new Uint8Array()).dropped).toEqual({ evicted: 7 })
    const names = (await rows(store)).filter(({ key }) => key[0] === 'p').map(({ key }) => key[1])
    expect(names).toEqual(['alive', 'alive.w0'])
  })

  it('what a producer without a row of its own left is counted, and goes with nobody', async () => {
    const dead = await open('dead')
    await fill(dead)
    await store.write(async (transaction) => transaction.put(['p', 'dead'], { v: 7 }))
    dead.die()
    const next = await open('next')
    await clock.advance(2000)
    const row = (await rows(store)).find(({ key }) => key[0] === 'p' && key[1] === 'dead')
    expect(row?.value).toMatchObject({ items: 3, owner: 'unknown', nextBatch: 2 })
    for (const key of await next.queue.pending()) await next.queue.take(key)
    const sendable = (await next.queue.pending()).map((key) => key.join())
    expect(sendable).toEqual(['b,dead,1,0'])
  })

  it('without locks nobody is taken over before three days of silence', async () => {
    const dead = await open('dead')
    await fill(dead)
    const adopt = async (): Promise<number[]> => {
      const queue = queueOver(store, { clock, producers: ['next', 'next.w0'] })
      const adopted: number[] = []
      await drainTheDead({
        queue,
        locks: null,
        rollCall: null,
        clock,
        database: 'db',
        producer: 'next',
        limits: () => LIMITS,
        onAdopted: (items) => adopted.push(items),
        onDropped() {},
      })
      return adopted
    }
    await clock.advance(71 * 3_600_000)
    expect(await adopt()).toEqual([])
    await clock.advance(2 * 3_600_000)
    expect(await adopt()).toEqual([2])
  })
})
