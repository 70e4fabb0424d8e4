// What the disk could not be told yet: who sends now, what has been acked, that everything is to be forgotten.
import type { Queue, Settlement, StoredBatch } from './queue.ts'
import type { Profile } from './rows.ts'
import type { SealLimits } from './seal.ts'
import type { Key } from './store.ts'

interface Enrolled {
  readonly profile: Profile
  readonly owner: string | null
}

const NO_BYTES = new Uint8Array(0)

export class Debts {
  /** Of the last batch that was sealed. */
  limits: SealLimits | null = null
  #wanted: Enrolled | null = null
  #enrolled: Enrolled | null = null
  #isToBeCleared = false
  readonly #acked = new Map<string, readonly [StoredBatch, Settlement]>()

  /** Acks that the disk has not been told. */
  get acks(): number {
    return this.#acked.size
  }

  /** What lies there is not for this user, or for nobody any more. */
  get isHidden(): boolean {
    return this.#isToBeCleared || this.#enrolled?.owner !== this.#wanted?.owner
  }

  isAcked(key: Key): boolean {
    return this.#acked.has(String(key))
  }

  acked(batch: StoredBatch, settlement: Settlement): void {
    const row = { ...batch.row, body: NO_BYTES }
    this.#acked.set(String(batch.key), [{ ...batch, row, json: NO_BYTES }, settlement])
  }

  want(profile: Profile, owner: string | null): void {
    this.#wanted = { profile, owner }
  }

  wantCleared(): void {
    this.#isToBeCleared = true
  }

  async clear(disk: Queue): Promise<void> {
    if (!this.#isToBeCleared) return
    // First, for it may be wanted again meanwhile.
    this.#isToBeCleared = false
    try {
      await disk.clear()
    } catch (error) {
      this.#isToBeCleared = true
      throw error
    }
  }

  /** What was captured under one user is sealed in that name, before the disk knows the next one. */
  async enroll(disk: Queue): Promise<void> {
    const next = this.#wanted
    if (!next) return
    const before = this.#enrolled?.owner ?? next.owner
    if (before !== next.owner && this.limits) {
      for (const producer of disk.producers) while (await disk.seal(producer, this.limits));
    }
    await disk.enroll(next.profile, next.owner)
    this.#enrolled = next
  }

  /** All of them. */
  async pay(disk: Queue): Promise<void> {
    await this.clear(disk)
    if (this.#enrolled !== this.#wanted) await this.enroll(disk)
    for (const [id, [batch, settlement]] of this.#acked) {
      await disk.settle(batch, settlement)
      this.#acked.delete(id)
    }
  }
}
