// The queues of one exporter: one on the disk, one in memory beside it, and the depot that chooses between them.
import type { WorkerConfig } from '../src/protocol.ts'
import type { DropReason } from '../src/wire.ts'
import { within } from './clock.ts'
import type { Clock } from './clock.ts'
import { Depot } from './depot.ts'
import type { DepotParts } from './depot.ts'
import type { Bounds } from './evict.ts'
import { Ledger } from './ledger.ts'
import { createMemoryStore } from './memory-store.ts'
import { Queue } from './queue.ts'
import { sipHash } from './siphash.ts'
import type { Store } from './store.ts'

/** What a worker's navigator has of https://storage.spec.whatwg.org/#storagemanager , where it has it. */
export interface StorageLike {
  estimate?(): Promise<{ quota?: number; usage?: number }>
}

export interface StorageParts extends Pick<DepotParts, 'clock' | 'onDisk' | 'onSafe'> {
  readonly options: WorkerConfig['queue']
  readonly database: string
  readonly producers: readonly string[]
  readonly newId: () => string
  readonly createDisk: (name: string, clock: Clock) => Store
  readonly storage: StorageLike | undefined
  readonly onDropped: (reason: DropReason, count: number) => void
}

export interface Storage {
  readonly depot: Depot
  /** Null where the app wants nothing on the disk. */
  readonly disk: Queue | null
}

/** What stands in for a disk that fails. */
const MEMORY_BYTES = 2_097_152
/** So much of what the browser still has room for. */
const SHARE_OF_ROOM = 0.1
const ESTIMATE_LIMIT_MS = 500

export function createStorage(parts: StorageParts): Storage {
  const { options, database, producers, clock, newId, storage, onDropped } = parts
  const { maxItems, maxBytes } = options
  let room = Infinity
  void estimate(storage, clock).then((bytes) => (room = bytes)) // it never rejects

  const create = (store: Store, bounds: () => Bounds, reason: DropReason): Queue =>
    new Queue({
      ledger: new Ledger({ store, clock, residents: producers, onDropped }),
      producers,
      bounds,
      reason,
      now: clock.now,
      newId,
    })
  const onDisk = (): Bounds => ({ maxItems, maxBytes: Math.min(maxBytes, room) })
  const inMemory = { maxItems, maxBytes: Math.min(maxBytes, MEMORY_BYTES) }
  const isMemory = options.storage === 'memory'
  const disk = isMemory ? null : create(parts.createDisk(database, clock), onDisk, 'evicted')
  const reason = isMemory ? 'evicted' : 'storage'
  const memory = create(createMemoryStore(), () => inMemory, reason)
  return { depot: new Depot({ ...parts, disk, memory }), disk }
}

/** Never less than what stands in for a disk. */
async function estimate(storage: StorageLike | undefined, clock: Clock): Promise<number> {
  try {
    const asked = storage?.estimate?.() ?? Promise.resolve(null)
    const { quota, usage = 0 } = (await within(clock, ESTIMATE_LIMIT_MS, asked, null)) ?? {}
    if (quota === undefined) return Infinity
    return Math.max((quota - usage) * SHARE_OF_ROOM, MEMORY_BYTES)
  } catch {
    return Infinity // the bounds hold without it
  }
}

/** One database per endpoint: origin and path; `ws` is the same as `http` (DURABILITY.md, Store 1). */
export function databaseName(url: string): string {
  const { origin, pathname } = new URL(url.replace(/^ws/, 'http'))
  return `webrtc-stats-exporter:${origin}${pathname}`
}

/** Whose items these are, without saying who that is. The same user is the same owner in every page load. */
export function ownerOf(userId: string | null, database: string): string | null {
  if (userId === null) return null
  const message = new TextEncoder().encode(`${database}\n${userId}`)
  return sipHash(new Uint8Array(16), message).toString(36)
}
