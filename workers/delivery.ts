// From a record to the server: journal -> queue -> batches -> sender, and what is told of it.
import type { Facts, PageApi, Raised, WorkerConfig } from '../src/protocol.ts'
import type { QuarantinedBatch, QueueState } from '../src/terms.ts'
import type { DropReason } from '../src/wire.ts'
import type { OwnTransport } from '../transports/transport.ts'
import { Batcher } from './batch.ts'
import type { FlushReason } from './batch.ts'
import type { Identity } from './body.ts'
import { within } from './clock.ts'
import type { Clock } from './clock.ts'
import { createCredentials } from './credentials.ts'
import { Endpoint } from './endpoint.ts'
import { expire } from './expire.ts'
import type { ItemRecord } from './item.ts'
import { Journal } from './journal.ts'
import type { Locks } from './lock.ts'
import { claim, drainTheDead } from './orphans.ts'
import type { RollCall } from './orphans.ts'
import { discard, inspect, resend } from './quarantine.ts'
import type { Queue } from './queue.ts'
import type { Profile } from './rows.ts'
import type { SealLimits } from './seal.ts'
import { Sender } from './sender.ts'
import { createStorage, databaseName, ownerOf } from './storage.ts'
import type { StorageLike } from './storage.ts'
import type { Store } from './store.ts'
import { createWays } from './ways.ts'

export interface DeliveryDeps {
  readonly clock: Clock
  readonly random: () => number
  readonly newId: () => string
  readonly navigator: { readonly onLine?: boolean; readonly storage?: StorageLike }
  readonly locks: Locks | null
  readonly openRollCall: (name: string) => RollCall | null
  readonly createDisk: (name: string, clock: Clock) => Store
  /** Those of the library and of the app's worker file, by name. */
  readonly transports: Readonly<Record<string, OwnTransport>>
  readonly log: (line: string) => void
}

export interface DeliveryParts {
  readonly config: WorkerConfig
  readonly deps: DeliveryDeps
  /** The page's, and this worker's own. */
  readonly producers: readonly [string, string]
  readonly page: PageApi
  readonly profileOf: (facts: Facts) => Profile
  readonly isCallLive: () => boolean
  readonly raise: (raised: Raised) => void
  /** These are done with: they are at the endpoint, or in quarantine. */
  readonly onAnswered: (items: readonly Identity[]) => void
  readonly complain: (error: unknown) => void
  /** Something that is counted in the queue's state has changed. */
  readonly onChange: () => void
  readonly onDropped: (reason: DropReason, count: number) => void
  /** These captures do not die with this worker any more. */
  readonly onSafe: (items: readonly Identity[]) => void
}

export interface Delivery {
  /** Resolves when it is known who sends. Records may come as soon as it is called, and wait for that. */
  start(): Promise<void>
  keep(record: ItemRecord): void
  setFacts(facts: Facts): Promise<void>
  drop(reason: DropReason, count: number): Promise<void>
  /** Seals what waits and tries all of it once; settles within the limit. Returns how many items went. */
  flush(reason: FlushReason, limitMs: number): Promise<number>
  /** Items of this exporter that wait; 0 where the store does not answer within the limit. */
  size(limitMs: number): Promise<number>
  state(): Promise<QueueState>
  quarantine(): Promise<readonly QuarantinedBatch[]>
  resend(batchIds: readonly string[] | null): Promise<number>
  discard(batchIds: readonly string[] | null): Promise<number>
  clear(): Promise<void>
  stop(): void
}

/** What is too old is looked for so often. */
const EXPIRE_EVERY_MS = 3_600_000

export function createDelivery(parts: DeliveryParts): Delivery {
  const { config, deps, producers, complain, onChange } = parts
  const { clock, log, locks } = deps
  const [producer] = producers
  const database = databaseName(config.url)
  const loadedAt = clock.now()
  const isOnline = (): boolean => deps.navigator.onLine !== false
  let userId = config.facts.userId

  const rollCall = deps.openRollCall(database)
  const { depot, disk } = createStorage({
    ...parts,
    ...deps,
    options: config.queue,
    database,
    storage: deps.navigator.storage,
    onDisk(error) {
      onChange()
      if (error) {
        return complain(new Error(`what is not sent is in memory for now: ${error.message}`))
      }
      log('the disk is back')
      void sealAll('flush') // it never rejects
      if (hasBegun) sender.wake()
      else void begin() // it never rejects
    },
  })
  const credentials = createCredentials(() => parts.page.headers(), clock)
  const endpoint = new Endpoint({ ...deps, limits: { ...config, ...config.queue } })
  const sender = new Sender({
    ...parts,
    depot,
    endpoint,
    transport: createWays({
      ...parts,
      clock,
      known: deps.transports,
      headers: () => credentials.current(),
    }),
    credentials,
    clock,
    limits: config,
    isOnline,
    raise(raised) {
      log(
        `${raised.name} ${JSON.stringify(raised, ['count', 'batchId', 'queued', 'error', 'message'])}`,
      )
      parts.raise(raised)
      onChange()
    },
  })
  const limits = (): SealLimits => ({
    maxItems: config.batchSize,
    maxBytes: Math.min(config.maxBatchBytes, sender.batchBytes),
  })
  const batchers = new Map(producers.map((name) => [name, createBatcher(name)]))
  const journal = new Journal({
    clock,
    append: (records) => depot.append(records),
    onStored(records) {
      for (const [name, batcher] of batchers) {
        batcher.add(records.filter((record) => record.producer === name))
      }
      onChange()
    },
  })

  let hasBegun = false
  let cancelExpiry = (): void => {}

  function createBatcher(name: string): Batcher {
    return new Batcher({
      clock,
      limits: { ...limits(), maxAgeMs: config.flushInterval },
      async seal(reason) {
        const sealed = await depot.seal(name, limits())
        if (!sealed) return 0
        log(`sealed ${sealed.count} items by ${reason}`)
        sender.add(sealed)
        return sealed.count
      },
      isHeld: () => name !== producer && (endpoint.waitMs > 0 || !isOnline()),
    })
  }

  function enroll(facts: Facts): Promise<void> {
    return depot.enroll(parts.profileOf(facts), ownerOf(facts.userId, database))
  }

  async function sealAll(reason: FlushReason): Promise<void> {
    for (const batcher of batchers.values()) await batcher.flush(reason)
  }

  /** What the engines before this one have stored goes first, then what the dead have left: when the disk is there. */
  async function begin(): Promise<void> {
    if (!disk || depot.mode === 'memory') return
    hasBegun = true
    await takeOver(disk).catch(complain)
  }

  async function takeOver(queue: Queue): Promise<void> {
    endpoint.restore(await queue.notBefore())
    const past = Array.from({ length: config.incarnation }, (_, n) => `${producer}.w${n}`)
    for (const name of past) queue.adopt(name)
    for (const name of config.incarnation > 0 ? [...past, producer] : []) {
      while (await queue.seal(name, limits()));
    }
    sender.wake()
    await drainTheDead({
      ...parts,
      ...deps,
      queue,
      rollCall,
      database,
      producer,
      limits,
      onAdopted(items) {
        log(`took over ${items} items of a page that is gone`)
        sender.wake()
      },
    })
  }

  function watchAge(): void {
    cancelExpiry = clock.after(Math.min(EXPIRE_EVERY_MS, config.queue.maxAge), () => {
      watchAge()
      depot.each((queue) => expire(queue, config.queue.maxAge, loadedAt)).catch(complain)
    })
  }

  return {
    async start() {
      await journal.between(async () => {
        await claim({ locks, clock, database, producer })
        await enroll(config.facts)
      })
      void begin() // it never rejects
      watchAge()
    },
    keep: (record) => journal.add(record),
    /** What was captured under one user is sealed in that name, and never goes with the headers of the next one. */
    async setFacts(facts) {
      const isSame = facts.userId === userId
      const isOther = userId !== null && !isSame
      userId = facts.userId
      const enter = async (): Promise<void> => {
        if (isOther) await sealAll('user')
        await enroll(facts)
        if (isSame) return
        credentials.forget()
        endpoint.forgive()
      }
      await journal.between(() => (isOther ? sender.quietly(enter) : enter()))
      sender.wake()
    },
    drop: (reason, count) => journal.between(() => depot.drop(reason, count)),
    async flush(reason, limitMs) {
      const before = sender.sent
      const deadline = clock.elapsed() + limitMs
      const all = async (): Promise<void> => {
        await journal.commit()
        await sealAll(reason)
        await sender.sendAll(deadline)
      }
      await within(clock, limitMs, all(), undefined)
      sender.wake()
      return sender.sent - before
    },
    async size(limitMs) {
      const sizes = depot.each((queue) => queue.size())
      return sum(await within(clock, limitMs, sizes, []))
    },
    async state() {
      await journal.commit()
      return { mode: depot.mode, ...(await depot.census()) }
    },
    quarantine: async () => (await depot.each(inspect)).flat(),
    async resend(batchIds) {
      const counts = await depot.each((queue) => resend(queue, batchIds))
      sender.wake()
      onChange()
      return sum(counts)
    },
    async discard(batchIds) {
      const counts = await depot.each((queue) => discard(queue, batchIds))
      onChange()
      return sum(counts)
    },
    async clear() {
      await journal.commit()
      await depot.clear()
      onChange()
    },
    stop() {
      for (const batcher of batchers.values()) batcher.stop()
      sender.stop()
      depot.stop()
      cancelExpiry()
      rollCall?.close()
      locks?.release()
    },
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
