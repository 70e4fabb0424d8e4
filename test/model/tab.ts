// One tab of a model world: its producers, its queue over the shared store, its sender, and the dead that it drains.
import type { DropReason } from '../../src/wire.ts'
import type { EncodedBatch, SendResult, Transport } from '../../transports/transport.ts'
import { decodeBody } from '../../workers/body.ts'
import type { Clock } from '../../workers/clock.ts'
import { Depot } from '../../workers/depot.ts'
import { Endpoint } from '../../workers/endpoint.ts'
import { Ledger } from '../../workers/ledger.ts'
import { createLocks } from '../../workers/lock.ts'
import { createMemoryStore } from '../../workers/memory-store.ts'
import { claim, drainTheDead } from '../../workers/orphans.ts'
import type { RollCall } from '../../workers/orphans.ts'
import type { Queue } from '../../workers/queue.ts'
import type { Profile } from '../../workers/rows.ts'
import { guard } from '../../workers/guard.ts'
import { Sender } from '../../workers/sender.ts'
import type { Store } from '../../workers/store.ts'
import type { FakeLockManager } from '../lock-manager.ts'
import { PROFILE } from '../stores.ts'
import type { Answered, Audit } from './audit.ts'
import { identityOf } from './captures.ts'
import type { Gates } from './gates.ts'
import { mortalClock, mortalLocks } from './mortal.ts'
import type { Plant } from './plant.ts'
import type { Server } from './server.ts'
import { openView } from './view.ts'
import type { View } from './view.ts'

const LIMITS = { maxItems: 4, maxBytes: 96_000 }
const BOUNDS = { maxItems: 24, maxBytes: 12_000 }
const SEND_LIMITS = {
  timeout: 10_000,
  maxRetries: 3,
  retryBaseDelay: 500,
  retryMaxDelay: 10_000,
  flushInterval: 5000,
  backlogBytesPerSec: 65_536,
}
/** The sender waits so much longer for a transport that does not heed its signal. */
const ANSWER_LIMIT_MS = SEND_LIMITS.timeout + 500

/** What all tabs share. */
export interface Surroundings {
  readonly openStore: () => Store
  readonly gates: Gates
  readonly clock: Clock
  readonly locks: FakeLockManager
  readonly openRollCall: () => RollCall
  readonly server: Server
  readonly audit: Audit
  readonly plant: Plant
  readonly newId: () => string
  /** Batches that any living tab has sent, and has no answer for. */
  readonly flights: () => readonly string[]
  readonly fail: (error: unknown) => void
}

export class Tab {
  readonly producers: readonly [string, string]
  readonly queue: Queue
  readonly depot: Depot
  readonly sender: Sender
  readonly loadedAt: number
  readonly #world: Surroundings
  readonly #view: View
  readonly #lock: ReturnType<FakeLockManager['scope']>
  readonly #ready: Promise<void>
  #raised = 0
  #counted = 0
  flight: string | null = null
  #answered: Answered | null = null
  #isDead = false

  constructor(producer: string, userId: string | null, world: Surroundings) {
    this.#world = { ...world, clock: mortalClock(world.clock, () => this.#isDead) }
    this.producers = [producer, `${producer}.w0`]
    const { clock, gates, audit, plant } = this.#world
    this.loadedAt = clock.now()
    this.#lock = world.locks.scope()
    this.#view = openView({
      store: world.openStore(),
      gates,
      owner: this,
      onCommit: (commit) => {
        try {
          this.#counted += audit.check(commit, {
            flights: world.flights(),
            answered: this.#answered,
          })
        } catch (error) {
          world.fail(error)
        }
      },
    })
    this.queue = this.#createQueue(plant.wrapStore(this.#view))
    const memory = this.#createQueue(createMemoryStore())
    this.depot = new Depot({ disk: this.queue, memory, clock, onDisk: world.fail, onSafe() {} })
    this.sender = new Sender({
      depot: this.depot,
      endpoint: new Endpoint({ clock, random: () => 0.5, limits: SEND_LIMITS }),
      transport: guard(this.#createTransport(), clock),
      credentials: { current: async () => ({}), forget() {} },
      clock,
      limits: SEND_LIMITS,
      isOnline: () => true,
      isCallLive: () => false,
      raise() {},
      onAnswered() {},
    })
    this.#ready = this.#begin(userId)
    this.#ready.catch(world.fail)
  }

  /** Begins it when the tab is ready; what comes of it is seen in the store. */
  run(work: (tab: this) => Promise<unknown>): void {
    this.#ready.then(() => work(this)).catch(this.#world.fail)
  }

  enroll(userId: string | null): Promise<void> {
    const client = { ...PROFILE.client, userId }
    const profile: Profile = { ...PROFILE, sessionId: this.producers[0], client }
    return this.depot.enroll(profile, userId)
  }

  async seal(producer: string, maxItems: number): Promise<void> {
    const sealed = await this.depot.seal(producer, { ...LIMITS, maxItems })
    if (sealed) this.sender.add(sealed)
  }

  /** @throws where the app has not heard of each loss that was counted here, once */
  checkRaised(): void {
    if (this.#raised === this.#counted) return
    throw new Error(`${this.#counted} losses were counted, and ${this.#raised} raised`)
  }

  async die(steps: number | null): Promise<void> {
    this.#isDead = true
    await this.#view.die(steps)
    this.#lock.die()
  }

  async #begin(userId: string | null): Promise<void> {
    const { clock, openRollCall, fail } = this.#world
    const locks = createLocks(mortalLocks(this.#lock.scope, () => this.#isDead))
    const common = { locks, clock, database: 'db', producer: this.producers[0] }
    await claim(common)
    await this.enroll(userId)
    const drained = drainTheDead({
      ...common,
      queue: this.queue,
      rollCall: openRollCall(),
      limits: () => LIMITS,
      onAdopted: () => this.sender.wake(),
      onDropped() {},
    })
    drained.catch(fail)
  }

  #createQueue(store: Store): Queue {
    const { clock, plant, newId } = this.#world
    const { producers } = this
    const onDropped = (_: DropReason, count: number): void => void (this.#raised += count)
    const ledger = new Ledger({ store, clock, residents: producers, onDropped })
    const parts = { ledger, producers, reason: 'evicted', now: clock.now, newId } as const
    return plant.createQueue({ ...parts, bounds: () => BOUNDS })
  }

  #createTransport(): Transport {
    const { gates, server, clock, fail } = this.#world
    return {
      name: 'model',
      send: async (batch, signal) => {
        this.flight = batch.batchId
        this.#answered = null
        signal.addEventListener('abort', () => (this.flight = null))
        const sentAt = clock.elapsed()
        // What is on the network arrives, though its tab may be gone.
        await gates.pass(server)
        const result = receive(server, batch, fail)
        if (!result) return new Promise(() => {})
        await gates.pass(this)
        if (clock.elapsed() - sentAt < ANSWER_LIMIT_MS) this.#answered = readAnswer(batch, result)
        this.flight = null
        return result
      },
      close() {},
    }
  }
}

function receive(server: Server, batch: EncodedBatch, fail: (error: unknown) => void) {
  try {
    return server.receive(batch)
  } catch (error) {
    fail(error)
    return null
  }
}

function readAnswer({ batchId, json }: EncodedBatch, result: SendResult): Answered {
  const isAccepted = result.status === 'ok' || result.status === 'handed-over'
  const { producer, items } = decodeBody(json)
  const rejected = new Set(
    (result.status === 'ok' ? (result.rejected ?? []) : []).map(({ index }) => index),
  )
  const taken = isAccepted ? items.filter((_, index) => !rejected.has(index)) : []
  return { batchId, isAccepted, taken: taken.map(({ seq }) => identityOf(producer, seq)) }
}
