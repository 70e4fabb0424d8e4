import { beforeEach, describe, expect, it } from 'vitest'
import type { Locks } from '../workers/lock.ts'
import { adoptOrphans, claim } from '../workers/orphans.ts'
import { Queue } from '../workers/queue.ts'
import type { Profile } from '../workers/rows.ts'
import type { Store } from '../workers/store.ts'
import { PROFILE, record, rows, STORES } from './stores.ts'

let store: Store
let held: Set<string>
const limits = { maxItems: 2, maxBytes: 96_000 }

/** The locks of one worker among others of this browser. */
function createLocks(): Locks {
  return {
    async keep(name) {
      held.add(name)
    },
    async hold(name) {
      if (held.has(name)) return false
      held.add(name)
      return true
    },
    isHeld: async (name) => held.has(name),
    release: () => held.clear(),
  }
}

function queueOf(producer: string): Queue {
  const bounds = { maxItems: 100, maxBytes: 1_000_000 }
  const producers = [producer, `${producer}.w0`]
  return new Queue({ store, producers, bounds, now: () => 0, newId: () => `${producer}-batch` })
}

const ofUser = (userId: string | null): Profile => ({
  ...PROFILE,
  client: { ...PROFILE.client, userId },
})

/** A page that stored three items, one of them sealed, and is gone. */
async function leave(producer: string, userId: string | null = null): Promise<void> {
  const queue = queueOf(producer)
  await queue.enroll(ofUser(userId))
  await queue.append([0, 1, 2].map((seq) => record(seq, 1, 0, producer)))
  await queue.seal(producer, { ...limits, maxItems: 1 })
}

async function adopt(userId: string | null = null): Promise<{ queue: Queue; adopted: number }> {
  const queue = queueOf('new')
  const locks = createLocks()
  await claim(locks, 'db', 'new')
  await queue.enroll(ofUser(userId))
  const adopted = await adoptOrphans({ queue, locks, database: 'db', userId, limits })
  return { queue, adopted }
}

describe('orphans', () => {
  beforeEach(async () => {
    store = await STORES.indexeddb()
    held = new Set()
  })

  it('what a page that is gone left is sealed under its own name, and goes with the next one', async () => {
    await leave('dead')
    const { queue, adopted } = await adopt()
    expect(adopted).toBe(3)
    const keys = await queue.pending()
    expect(keys.map(([, producer]) => producer)).toEqual(['dead', 'dead'])
    const batch = await queue.take(keys[0] ?? [])
    expect(JSON.parse(new TextDecoder().decode(batch?.json))).toMatchObject({ producer: 'dead' })
  })

  it('a page that lives keeps its own', async () => {
    await claim(createLocks(), 'db', 'alive')
    await leave('alive')
    const { queue, adopted } = await adopt()
    expect(adopted).toBe(0)
    expect(await queue.pending()).toEqual([])
  })

  it('only one of several pages takes them over', async () => {
    await leave('dead')
    held.add('db drain')
    expect((await adopt()).adopted).toBe(0)
  })

  it("another user's items are not sent with this user's headers", async () => {
    await leave('theirs', 'anna')
    await leave('ours', 'bert')
    await leave('nobodys', null)
    const { queue, adopted } = await adopt('bert')
    expect(adopted).toBe(6)
    expect(new Set((await queue.pending()).map(([, producer]) => producer))).toEqual(
      new Set(['ours', 'nobodys']),
    )
  })

  it('a dead producer that has left nothing is forgotten, a living one never', async () => {
    await queueOf('dead').enroll(PROFILE)
    await claim(createLocks(), 'db', 'alive')
    await queueOf('alive').enroll(PROFILE)
    await adopt()
    const producers = (await rows(store))
      .filter(({ key }) => key[0] === 'p')
      .map(({ key }) => key[1])
    expect(producers).toEqual(['alive', 'alive.w0', 'new', 'new.w0'])
  })
})
