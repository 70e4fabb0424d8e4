// Group commit: items are stored together, at most 250 ms or 64 KB behind (DURABILITY.md, Store 3).
import type { Clock } from './clock.ts'
import type { ItemRecord } from './item.ts'

export interface JournalParts {
  readonly clock: Clock
  /** One transaction. It never rejects: where the disk fails, memory takes them. */
  readonly append: (records: readonly ItemRecord[]) => Promise<void>
  readonly onStored: (records: readonly ItemRecord[]) => void
}

/** The rest of the 250 ms is for the transaction. */
const MAX_DELAY_MS = 75
const MAX_DELAY_BYTES = 65_536

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
    this.#cancel ??= this.#parts.clock.after(MAX_DELAY_MS, () => {
      this.#cancel = null
      void this.commit() // it never rejects
    })
  }

  /** Resolves when what was added before is stored. */
  commit(): Promise<void> {
    return this.#exclusively(() => this.#run())
  }

  /** Stores what was added before, then does the work; what is added meanwhile is stored after it. */
  between(work: () => Promise<void>): Promise<void> {
    return this.#exclusively(async () => {
      await this.#run()
      await work()
    })
  }

  async #exclusively(work: () => Promise<void>): Promise<void> {
    while (this.#running) await this.#running.catch(() => {}) // whoever began it hears of it
    this.#running = work().finally(() => (this.#running = null))
    await this.#running
  }

  async #run(): Promise<void> {
    this.#cancel?.()
    this.#cancel = null
    const records = this.#waiting
    if (records.length === 0) return
    this.#waiting = []
    this.#bytes = 0
    await this.#parts.append(records)
    this.#parts.onStored(records)
  }
}
