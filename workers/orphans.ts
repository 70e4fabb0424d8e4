// What a page that is gone has left in the store is sealed and sent by the next one (DURABILITY.md, Store 8).
import type { Locks } from './lock.ts'
import type { Queue, SealLimits } from './queue.ts'

export interface OrphansParts {
  readonly queue: Queue
  readonly locks: Locks
  /** Of the endpoint. */
  readonly database: string
  /** As it stands in the batches. */
  readonly userId: string | null
  readonly limits: SealLimits
}

/**
 * Says that this producer lives: to be called before anything of it is stored. Where an engine before this one has died,
 * its lock is freed soon after.
 */
export async function claim(locks: Locks, database: string, producer: string): Promise<void> {
  await locks.keep(lockName(database, producer))
}

/**
 * Takes over what dead producers left, if nobody else does already; another user's is left where it is. Returns how
 * many items that were.
 */
export async function adoptOrphans(parts: OrphansParts): Promise<number> {
  const { queue, locks, database, userId, limits } = parts
  if (!(await locks.hold(`${database} drain`))) return 0
  let adopted = 0
  for (const { producer, row } of await queue.strangers()) {
    const isAlive = await locks.isHeld(lockName(database, pageOf(producer)))
    const isOurs = row.client.userId === null || row.client.userId === userId
    if (isAlive || !isOurs) continue
    if (row.items === 0) {
      await queue.sweep(producer)
      continue
    }
    queue.adopt(producer)
    while ((await queue.seal(producer, limits)) > 0);
    adopted += row.items
  }
  return adopted
}

function lockName(database: string, producer: string): string {
  return `${database} ${producer}`
}

/** A worker's own producer lives as long as its page's. */
function pageOf(producer: string): string {
  return producer.replace(/\.w\d+$/, '')
}
