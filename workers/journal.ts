// Group commit: items go to the disk together, at most 250 ms or 64 KB behind (DURABILITY.md, Store 3).
import type { Clock } from './clock.ts'
import type { ItemRecord } from './item.ts'

export interface JournalParts {
  readonly clock: Clock
  /** One transaction. */
  readonly append: (records: readonly ItemRecord[]) => Promise<unknown>
  readonly onCommitted: (records: readonly ItemRecord[]) => void
  readonly onFailure: (error: unknown) => void
  /** The store refuses, and the memory that stands in for it is full. */
  readonly onLost: (count: number) => void
}

const MAX_DELAY_MS = 250
const MAX_DELAY_BYTES = 65_536
/** A store that has failed is tried again after so long. */
const RETRY_MS = 1000
/** What is kept in memory while the store fails. */
const MAX_MEMORY_BYTES = 2_097_152

export class Journal {
  readonly #parts: JournalParts
  #waiting: ItemRecord[] = []
  #bytes = 0
  #cancel: (() => void) | null = null
  #running: Promise<void> | null = null

  constructor(parts: JournalParts) {
    this.#parts = parts
  }

  add(record: ItemRecord): void {
    this.#waiting.push(record)
    this.#bytes += record.json.byteLength
    if (this.#bytes >= MAX_DELAY_BYTES && !this.#running) void this.commit() // it never rejects
    else this.#later(MAX_DELAY_MS)
  }

  /** Resolves when what was added before is on disk, or the attempt has failed. */
  async commit(): Promise<void> {
    while (this.#running) await this.#running
    this.#running = this.#run().finally(() => (this.#running = null))
    await this.#running
  }

  async #run(): Promise<void> {
    this.#cancel?.()
    this.#cancel = null
    const records = this.#waiting
    if (records.length === 0) return
    this.#waiting = []
    this.#bytes = 0
    try {
      await this.#parts.append(records)
    } catch (error) {
      this.#parts.onFailure(error)
      this.#restore(records)
      return
    }
    this.#parts.onCommitted(records)
  }

  #restore(records: readonly ItemRecord[]): void {
    this.#waiting = [...records, ...this.#waiting]
    let bytes = this.#waiting.reduce((sum, { json }) => sum + json.byteLength, 0)
    let lost = 0
    while (bytes > MAX_MEMORY_BYTES) bytes -= this.#waiting[lost++]?.json.byteLength ?? bytes
    this.#waiting.splice(0, lost)
    this.#bytes = bytes
    if (lost > 0) this.#parts.onLost(lost)
    this.#later(RETRY_MS)
  }

  #later(ms: number): void {
    this.#cancel ??= this.#parts.clock.after(ms, () => {
      this.#cancel = null
      void this.commit() // it never rejects
    })
  }
}
