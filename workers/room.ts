// Makes room where the browser has none (DURABILITY.md, Store 5).
import type { ItemRecord } from './item.ts'
import type { Queue } from './queue.ts'

export function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError'
}

/** Where the browser has no room a quarter of ours goes, once. */
export async function appendOrMakeRoom(disk: Queue, records: readonly ItemRecord[]): Promise<void> {
  try {
    await disk.append(records)
  } catch (error) {
    if (!isFull(error)) throw error
    await disk.evictQuarter()
    await disk.append(records)
  }
}
