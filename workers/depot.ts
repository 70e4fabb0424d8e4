// Where items and batches lie: on the disk while it works, in memory while it does not, and back on the disk after.
import type { DropReason } from '../src/wire.ts'
import { add, NOTHING, takeCensus } from './census.ts'
import type { Census } from './census.ts'
import type { Identity } from './body.ts'
import type { Clock } from './clock.ts'
import { Debts } from './debts.ts'
import type { ItemRecord } from './item.ts'
import { move } from './move.ts'
import { identitiesOf } from './queue.ts'
import type { Queue, Settlement, StoredBatch } from './queue.ts'
import { appendOrMakeRoom, isFull } from './room.ts'
import { priorityOf } from './rows.ts'
import type { Profile } from './rows.ts'
import type { Sealed, SealLimits } from './seal.ts'
import type { Key } from './store.ts'
import { Unsafe } from './unsafe.ts'

/** Where a batch lies. */
export interface Place {
  readonly queue: Queue
  readonly key: Key
}

/** A batch that is out for an attempt. */
export interface Taken extends StoredBatch {
  readonly queue: Queue
}

export interface DepotParts {
  /** Null where the app wants nothing on the disk. */
  readonly disk: Queue | null
  readonly memory: Queue
  readonly clock: Clock
  /** The disk fails, why, or (null) is back. */
  readonly onDisk: (error: Error | null) => void
  /** These do not die with this worker any more. */
  readonly onSafe: (items: readonly Identity[]) => void
}

/** `full`: what lies on the disk still goes out, and makes room. `down`: nothing of it can be had. */
type DiskState = 'up' | 'full' | 'down'

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000

export class Depot {
  readonly #parts: DepotParts
  readonly #unsafe: Unsafe
  #disk: DiskState = 'up'
  #upSince: number
  #pauseMs = FIRST_PAUSE_MS
  #cancel: (() => void) | null = null
  #isStopped = false
  readonly #debts = new Debts()
  /** Taken from memory, and not answered yet. */
  readonly #inFlight = new Set<Taken>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: DepotParts) {
    this.#parts = parts
    this.#unsafe = new Unsafe(parts.onSafe)
    this.#upSince = parts.clock.elapsed()
  }

  get mode(): 'indexeddb' | 'memory' {
    return this.#parts.disk && this.#disk === 'up' ? 'indexeddb' : 'memory'
  }

  async enroll(profile: Profile, owner: string | null): Promise<void> {
    this.#debts.want(profile, owner)
    await this.#inTurn(async () => {
      await this.#parts.memory.enroll(profile, owner)
      await this.#onDisk((disk) => this.#debts.enroll(disk), undefined)
    })
  }

  /** Stores them, wherever there is room. */
  append(records: readonly ItemRecord[]): Promise<void> {
    return this.#inTurn(async () => {
      const isStored = await this.#onDisk(async (disk) => {
        if (this.#disk === 'full') return false
        await appendOrMakeRoom(disk, records)
        return true
      }, false)
      if (isStored) return this.#parts.onSafe(records)
      const superseded = await this.#parts.memory.append(records)
      this.#unsafe.add(records)
      this.#unsafe.release(superseded)
    })
  }

  /** Makes one batch of what waits, of what lies in memory first. */
  seal(producer: string, limits: SealLimits): Promise<(Sealed & Place) | null> {
    const { memory } = this.#parts
    this.#debts.limits = limits
    return this.#inTurn(async () => {
      const inMemory = await memory.seal(producer, limits)
      if (inMemory) return { ...inMemory, queue: memory }
      return this.#onDisk(async (disk) => {
        const sealed = await disk.seal(producer, limits)
        return sealed && { ...sealed, queue: disk }
      }, null)
    })
  }

  /** What may be sent, in the order in which it goes: best priority first, what lies in memory before the rest. */
  async pending(most?: number): Promise<Place[]> {
    const limit = most === undefined ? undefined : most + this.#debts.acks
    const places = await this.#ask((queue) => pendingOf(queue, limit))
    return places
      .flat()
      .filter((place) => !this.#isAcked(place))
      .sort((one, other) => priorityOf(one.key) - priorityOf(other.key))
      .slice(0, most)
  }

  /** The smallest of the first so many. */
  async smallest(among: number): Promise<Place | null> {
    const places = await this.#ask(async (queue) => {
      const key = await queue.smallest(among)
      return key && { queue, key }
    })
    return places.find((place) => place !== null && !this.#isAcked(place)) ?? null
  }

  /** Null where it is gone, or cannot be had now. */
  async take(place: Place): Promise<Taken | null> {
    const { queue, key } = place
    if (queue !== this.#parts.disk) return this.#inTurn(() => this.#takeFromMemory(place))
    if (this.#disk === 'down' || this.#isAcked(place)) return null
    const batch = await this.#on(queue, () => queue.take(key))
    return batch && { ...batch, queue }
  }

  async putBack(...[batch, change, notBefore]: PutBack): Promise<void> {
    await this.#on(batch.queue, () => batch.queue.putBack(batch, change, notBefore))
    await this.#leaveMemory(batch)
  }

  /** An ack is never forgotten: where the disk cannot be told, it is told when it is back. */
  async settle(batch: Taken, settlement: Settlement): Promise<void> {
    const { again, quarantined } = settlement
    const rest = quarantined ? [...again, quarantined.part] : again
    try {
      await this.#on(batch.queue, () => batch.queue.settle(batch, settlement))
    } catch (error) {
      if (rest.length > 0) throw error
      this.#debts.acked(batch, settlement)
    }
    if (batch.queue !== this.#parts.memory) return
    this.#unsafe.release(identitiesOf(batch, rest))
    await this.#leaveMemory(batch)
  }

  async drop(reason: DropReason, count: number): Promise<void> {
    await this.#inTurn(async () => {
      const counted = await this.#onDisk((disk) => disk.drop(reason, count).then(() => true), false)
      if (!counted) await this.#parts.memory.drop(reason, count)
    })
  }

  /** Forgets everything; a disk that cannot do so now does it before anything else. */
  clear(): Promise<void> {
    return this.#inTurn(async () => {
      this.#debts.wantCleared()
      await this.#parts.memory.clear()
      await this.#onDisk((disk) => this.#debts.clear(disk), undefined)
      this.#unsafe.allBut([])
    })
  }

  async census(): Promise<Census> {
    return (await this.#ask(takeCensus)).reduce(add, NOTHING)
  }

  /** Has the work done on the queues that can be had now; nothing changes hands meanwhile. */
  each<Result>(work: (queue: Queue) => Promise<Result>): Promise<Result[]> {
    return this.#inTurn(() => this.#ask(work))
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel?.()
    this.#parts.disk?.ledger.close()
  }

  async #ask<Result>(question: (queue: Queue) => Promise<Result>): Promise<Result[]> {
    const inMemory = await question(this.#parts.memory)
    const onDisk = await this.#onDisk<Result | null>(question, null)
    return onDisk === null ? [inMemory] : [inMemory, onDisk]
  }

  /** On the disk, if it can be used; where it fails from now on in memory. */
  async #onDisk<Result>(work: (disk: Queue) => Promise<Result>, otherwise: Result) {
    const { disk } = this.#parts
    if (!disk || this.#disk === 'down') return otherwise
    try {
      return await work(disk)
    } catch (error) {
      this.#fail(error)
      return otherwise
    }
  }

  async #on<Result>(queue: Queue, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (queue === this.#parts.disk) this.#fail(error)
      throw error
    }
  }

  async #takeFromMemory({ queue, key }: Place): Promise<Taken | null> {
    const batch = await queue.take(key)
    if (!batch) return null
    const taken = { ...batch, queue }
    this.#inFlight.add(taken)
    return taken
  }

  #fail(error: unknown): void {
    const { clock, onDisk } = this.#parts
    if (this.#isStopped) return
    const wasUp = this.#disk === 'up'
    this.#disk = isFull(error) && !this.#debts.isHidden ? 'full' : 'down'
    if (wasUp && clock.elapsed() - this.#upSince >= LONGEST_PAUSE_MS) this.#pauseMs = FIRST_PAUSE_MS
    if (!this.#cancel) {
      this.#cancel = clock.after(this.#pauseMs, () => {
        this.#cancel = null
        void this.#recover() // it never rejects
      })
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
    }
    if (wasUp) onDisk(error instanceof Error ? error : new Error(String(error)))
  }

  /** Tries the disk again, outside of the turn, for it may hang; then everything changes hands. */
  async #recover(): Promise<void> {
    const { disk } = this.#parts
    if (!disk) return
    try {
      await this.#debts.clear(disk)
      await this.#debts.enroll(disk)
      await this.#inTurn(() => this.#changeHands(disk))
    } catch (error) {
      this.#fail(error)
    }
  }

  async #changeHands(disk: Queue): Promise<void> {
    const { memory, clock, onDisk } = this.#parts
    await this.#debts.pay(disk)
    await this.#move(memory, disk)
    if (this.#isStopped) return
    this.#cancel?.()
    this.#cancel = null
    this.#disk = 'up'
    this.#upSince = clock.elapsed()
    onDisk(null)
  }

  async #move(memory: Queue, disk: Queue): Promise<void> {
    await move(memory, disk)
    this.#unsafe.allBut([...this.#inFlight].flatMap((batch) => identitiesOf(batch)))
    // Nothing more: what is over the bounds now goes.
    await disk.append([])
  }

  #isAcked({ queue, key }: Place): boolean {
    return queue === this.#parts.disk && this.#debts.isAcked(key)
  }

  /** It has been answered; what is left of it follows what has changed hands meanwhile. */
  async #leaveMemory(batch: Taken): Promise<void> {
    const { memory } = this.#parts
    if (batch.queue !== memory) return
    await this.#inTurn(async () => {
      this.#inFlight.delete(batch)
      if (this.#disk === 'up') await this.#onDisk((disk) => this.#move(memory, disk), undefined)
    })
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }
}

type PutBack = [batch: Taken, change: Parameters<Queue['putBack']>[1], notBefore: number]

async function pendingOf(queue: Queue, most?: number): Promise<Place[]> {
  return (await queue.pending(most)).map((key) => ({ queue, key }))
}
