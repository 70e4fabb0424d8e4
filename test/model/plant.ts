// Where a bug can be planted in a model world: nothing is, unless a test says so.
import { Queue } from '../../workers/queue.ts'
import type { QueueParts } from '../../workers/queue.ts'
import type { Store } from '../../workers/store.ts'

export interface Plant {
  readonly createQueue: (parts: QueueParts) => Queue
  readonly wrapStore: (store: Store) => Store
  readonly newId: (count: number) => string
  /** The number of the next item, after so many. */
  readonly numberItem: (count: number) => number
}

export const HEALTHY: Plant = {
  createQueue: (parts) => new Queue(parts),
  wrapStore: (store) => store,
  newId: (count) => `batch-${count}`,
  numberItem: (count) => count,
}
