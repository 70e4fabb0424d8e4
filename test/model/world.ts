// Some tabs over one store, a server, and a clock: history goes over them, and the audit sees every commit.
import { createMemoryStore } from '../../workers/memory-store.ts'
import { expire } from '../../workers/expire.ts'
import type { RollCall } from '../../workers/orphans.ts'
import { discard, resend } from '../../workers/quarantine.ts'
import type { Store } from '../../workers/store.ts'
import { createLockManager } from '../lock-manager.ts'
import { Audit } from './audit.ts'
import { identityOf, record } from './captures.ts'
import type { Capture } from './captures.ts'
import { ModelClock } from './clock.ts'
import { Gates } from './gates.ts'
import { TABS } from './operations.ts'
import type { Operation } from './operations.ts'
import { HEALTHY } from './plant.ts'
import type { Plant } from './plant.ts'
import { Server } from './server.ts'
import { Tab } from './tab.ts'
import type { Surroundings } from './tab.ts'

const MAX_AGE_MS = 600_000
/** A sender that waits looks every five seconds, and waits for a quarter of an hour and a tenth. */
const MOST_TIMERS = 400
/** Everything goes on within so many steps, or never. */
const MOST_STEPS = 3000

type InTab = Exclude<Operation, { kind: 'open' | 'crash' | 'advance' | 'jump' | 'go-on' }>

export interface WorldParts {
  /** What is not as it should be. */
  readonly plant?: Partial<Plant>
  /** One tab's connection to the store that all tabs share; in memory, if nothing else is said. */
  readonly openStore?: () => Store
}

export class World {
  readonly #gates = new Gates()
  readonly #clock = new ModelClock(() => this.#gates.rest())
  readonly #server = new Server()
  readonly #audit = new Audit()
  readonly #plant: Plant
  readonly #openStore: () => Store
  readonly #surroundings: Surroundings
  readonly #counts = new Map<string, number>()
  /** The `seq` of the last report of each producer. */
  readonly #reports = new Map<string, number>()
  #tabs: (Tab | null)[] = Array.from({ length: TABS }, () => null)
  #rollCalls: RollCall[] = []
  #opened = 0
  #captures = 0
  #batches = 0
  #failure: Error | null = null

  constructor({ plant, openStore }: WorldParts = {}) {
    const shared = createMemoryStore()
    this.#plant = { ...HEALTHY, ...plant }
    this.#openStore = openStore ?? (() => shared)
    this.#surroundings = {
      openStore: this.#openStore,
      gates: this.#gates,
      clock: this.#clock,
      locks: createLockManager(),
      openRollCall: () => this.#openRollCall(),
      server: this.#server,
      audit: this.#audit,
      plant: this.#plant,
      newId: () => this.#plant.newId(this.#batches++),
      flights: () => this.#tabs.flatMap((tab) => tab?.flight ?? []),
      fail: (error) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error))
      },
    }
  }

  get captured(): number {
    return this.#audit.captured.size
  }

  /** @throws where the invariant does not hold */
  async play(history: readonly Operation[]): Promise<void> {
    for (let slot = 0; slot < TABS - 1; slot++) this.#open(slot, null)
    await this.#goOn()
    for (const operation of history) {
      await this.#do(operation)
      for (const choice of operation.steps) await this.#gates.release(choice)
      await this.#gates.rest()
      this.#check()
    }
    await this.#end()
  }

  async #do(operation: Operation): Promise<void> {
    const tab = this.#tabs[operation.tab]
    switch (operation.kind) {
      case 'open':
        return tab ? undefined : this.#open(operation.tab, operation.userId)
      case 'crash':
        return this.#crash(operation.tab, operation.dyingAfter)
      case 'advance':
        return this.#clock.advance(operation.ms)
      case 'jump':
        return this.#clock.jump(operation.ms)
      case 'go-on':
        return this.#goOn(operation.most)
      default:
        if (tab) this.#doIn(tab, operation)
    }
  }

  #doIn(tab: Tab, operation: InTab): void {
    switch (operation.kind) {
      case 'append':
        return this.#append(tab, tab.producers[operation.isOwn ? 1 : 0], operation.captures)
      case 'seal':
        return tab.run(() => tab.seal(tab.producers[operation.isOwn ? 1 : 0], operation.maxItems))
      case 'send':
        this.#server.script.push(...operation.answers)
        return tab.run(async () => tab.sender.wake())
      case 'send-all':
        return tab.run(() => tab.sender.sendAll(this.#clock.elapsed() + operation.limitMs))
      case 'clear':
        return tab.run(() => tab.queue.clear())
      case 'evict-quarter':
        return tab.run(() => tab.queue.evictQuarter())
      case 'resend':
        return tab.run(() => resend(tab.queue, null).then(() => tab.sender.wake()))
      case 'discard':
        return tab.run(() => discard(tab.queue, null))
      case 'expire':
        return tab.run(() => expire(tab.queue, MAX_AGE_MS, tab.loadedAt))
      case 'drop':
        return tab.run(() => tab.depot.drop('page-buffer', operation.count))
      case 'enroll':
        return tab.run(() => tab.enroll(operation.userId))
      default:
        operation satisfies never
    }
  }

  #open(slot: number, userId: string | null): void {
    this.#tabs[slot] = new Tab(`p${this.#opened++}`, userId, this.#surroundings)
  }

  async #crash(slot: number, dyingAfter: number | null): Promise<void> {
    const tab = this.#tabs[slot]
    this.#tabs[slot] = null
    await tab?.die(dyingAfter)
  }

  #append(tab: Tab, producer: string, captures: readonly Capture[]): void {
    const records = captures.map((capture) => {
      const count = this.#counts.get(producer) ?? 0
      this.#counts.set(producer, count + 1)
      const seq = this.#plant.numberItem(count)
      this.#audit.offer(identityOf(producer, seq), this.#captures)
      const last = this.#reports.get(producer)
      if (capture.priority === 1) this.#reports.set(producer, seq)
      const captured = record(producer, seq, this.#captures++, capture)
      return capture.isNewer && last !== undefined ? { ...captured, supersedes: last } : captured
    })
    tab.run(async () => {
      await tab.depot.append(records)
      const isMissing = records.some(
        ({ seq }) => !this.#audit.captured.has(identityOf(producer, seq)),
      )
      if (isMissing) throw new Error('an append resolved, and its items were never stored')
    })
  }

  /** All that waits goes on, the oldest first. */
  async #goOn(most: number = MOST_STEPS): Promise<void> {
    await this.#gates.rest()
    for (let step = 0; step < most && this.#gates.waiting > 0; step++) {
      await this.#gates.release(0)
      this.#check()
    }
    if (most === MOST_STEPS && this.#gates.waiting > 0) throw new Error('it never comes to rest')
  }

  /** The server is well again: all that is stored arrives, whoever has to send it. */
  async #end(): Promise<void> {
    this.#server.script.length = 0
    await this.#settle()
    await this.#checkAll()
    for (const slot of this.#tabs.keys()) await this.#crash(slot, null)
    this.#open(0, null)
    const [last] = this.#tabs
    for (const userId of [null, 'anna', 'bert']) {
      last?.run(() => last.enroll(userId).then(() => last.sender.wake()))
      await this.#settle()
    }
    const rows = await this.#checkAll()
    const left = rows.filter(({ key }) => key[0] === 'i' || key[0] === 'b')
    if (left.length > 0) throw new Error(`${String(left[0]?.key)} is never sent`)
  }

  /** Until everything has been sent, or could have been. */
  async #settle(): Promise<void> {
    await this.#goOn()
    for (let timer = 0; timer < MOST_TIMERS && this.#clock.isWaitedFor; timer++) {
      await this.#clock.next()
      await this.#goOn()
    }
  }

  async #checkAll() {
    this.#check()
    const rows = await this.#gates.during(() =>
      this.#openStore().read((transaction) => transaction.list<unknown>([])),
    )
    this.#audit.checkAll(rows)
    this.#audit.checkServer(this.#server)
    for (const tab of this.#tabs) tab?.checkRaised()
    return rows
  }

  #check(): void {
    if (this.#failure) throw this.#failure
  }

  /** All of them hear it but the one who calls. */
  #openRollCall(): RollCall {
    const own: RollCall = {
      onmessage: null,
      postMessage: (producer) => {
        for (const other of this.#rollCalls) {
          if (other !== own) other.onmessage?.({ data: producer } as MessageEvent<string>)
        }
      },
      close() {},
    }
    this.#rollCalls.push(own)
    return own
  }
}
