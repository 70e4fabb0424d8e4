import { beforeEach, describe, expect, it } from 'vitest'
import type { Queue } from '../workers/queue.ts'
import type { Store } from '../workers/store.ts'
import { createFakeClock } from './fake-clock.ts'
import type { FakeClock } from './fake-clock.ts'
import { PROFILE, queueOver, record, rows, STORES } from './stores.ts'

const ONE = { maxItems: 1, maxBytes: 96_000 }

let store: Store
let clock: FakeClock
let bounds: { maxItems: number; maxBytes: number }

/** `dead` has stored and sealed one item, a minute before `p1` did. */
async function adoptOneOlder(): Promise<Queue> {
  const dead = queueOver(store, { clock, producers: ['dead'] })
  await dead.enroll(PROFILE, null)
  await dead.append([record(0, 1, 0, 'dead')])
  await dead.seal('dead', ONE)
  await clock.advance(60_000)
  const queue = queueOver(store, { clock, bounds })
  await queue.enroll(PROFILE, null)
  await queue.append([record(0)])
  await queue.seal('p1', ONE)
  queue.adopt('dead')
  return queue
}

const stock = async (): Promise<string[]> =>
  (await rows(store)).map(({ key }) => key.join()).filter((key) => /^[bi],/.test(key))

describe.each(Object.entries(STORES))('eviction on %s', (_mode, create) => {
  beforeEach(() => {
    store = create()
    clock = createFakeClock()
    bounds = { maxItems: 3, maxBytes: 1_000_000 }
  })

  it('the oldest goes first, whoever has stored it', async () => {
    const queue = await adoptOneOlder()
    await queue.append([record(1)])
    expect(await stock()).toEqual(['b,p1,1,0', 'i,p1,1,1'])
  })

  it('what was tried goes after what was not', async () => {
    const queue = await adoptOneOlder()
    const batch = await queue.take(['b', 'dead', 1, 0])
    if (!batch) throw new Error('no batch')
    await queue.putBack(batch, { attempts: 1, isAnnounced: false }, 0)
    await queue.append([record(1)])
    expect(await stock()).toEqual(['b,dead,1,0', 'i,p1,1,1'])
  })

  it('what was tried by an earlier page load goes after what was not', async () => {
    const queue = await adoptOneOlder()
    const batch = await queue.take(['b', 'dead', 1, 0])
    if (!batch) throw new Error('no batch')
    await queue.putBack(batch, { attempts: 1, isAnnounced: false }, 0)
    const next = queueOver(store, { clock, bounds })
    next.adopt('dead')
    await next.append([record(1)])
    expect(await stock()).toEqual(['b,dead,1,0', 'i,p1,1,1'])
  })

  it('of many old ones no more go than have to', async () => {
    bounds = { maxItems: 40, maxBytes: 1_000_000 }
    const queue = queueOver(store, { clock, bounds })
    await queue.enroll(PROFILE, null)
    await queue.append(Array.from({ length: 36 }, (_, seq) => record(seq)))
    await queue.append(Array.from({ length: 30 }, (_, seq) => record(36 + seq)))
    const left = Array.from({ length: 36 }, (_, index) => `i,p1,1,${30 + index}`)
    expect(await stock()).toEqual(left)
  })
})
