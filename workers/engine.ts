// Puts the pipeline, the queue and the sender of one exporter together, and answers the page.
import type {
  Facts,
  Farewell,
  FlushResult,
  Headers,
  PageMessage,
  WorkerConfig,
} from '../src/protocol.ts'
import type { DropReason, Item } from '../src/wire.ts'
import type { Transport } from '../transports/transport.ts'
import { Batcher } from './batch.ts'
import type { FlushReason } from './batch.ts'
import { describeClient, readHints } from './client.ts'
import type { NavigatorLike } from './client.ts'
import { within } from './clock.ts'
import type { Clock } from './clock.ts'
import { createCredentials } from './credentials.ts'
import type { Credentials } from './credentials.ts'
import { createIntake } from './intake.ts'
import { encodeItem } from './item.ts'
import type { ItemRecord } from './item.ts'
import { Journal } from './journal.ts'
import type { Locks } from './lock.ts'
import { createMemoryStore } from './memory-store.ts'
import { createNotices } from './notices.ts'
import { adoptOrphans, claim } from './orphans.ts'
import { createPipeline } from './pipeline.ts'
import { createPoll } from './poll.ts'
import { openPort } from './port.ts'
import { Queue } from './queue.ts'
import { createRedactor } from './redact.ts'
import { Sender } from './sender.ts'
import type { Store } from './store.ts'
import { Timeline } from './timeline.ts'

/** What an engine stands on: the real ones by default only in `start.ts`. */
export interface Deps {
  readonly clock: Clock
  readonly random: () => number
  readonly newId: () => string
  readonly navigator: NavigatorLike
  readonly locks: Locks | null
  readonly openStore: (name: string, clock: Clock) => Promise<Store>
  readonly createTransport: (config: WorkerConfig, credentials: Credentials) => Transport
  readonly log: (line: string) => void
}

export interface Engine {
  flush(after: number, limitMs: number): Promise<FlushResult>
  timeline(after: number): Promise<readonly Item[]>
  clear(after: number): Promise<void>
  destroy(after: number, limitMs: number): Promise<Farewell>
}

/** DURABILITY.md, Store 5. */
const DISK = { maxItems: 20_000, maxBytes: 20_971_520 }
const MEMORY = { maxItems: 20_000, maxBytes: 2_097_152 }

/** The lock of an engine that was ended is freed soon; a browser that never frees it must not stop the next one. */
const CLAIM_LIMIT_MS = 1000

/** The client hints are worth this wait before the first batch. */
const HINTS_LIMIT_MS = 500

export async function createEngine(
  config: WorkerConfig,
  messagePort: MessagePort,
  askHeaders: () => Promise<Headers>,
  deps: Deps,
): Promise<Engine> {
  const { clock, log } = deps
  const { producer, getStatsInterval: intervalMs } = config
  const producers = [producer, `${producer}.w${config.incarnation}`] as const
  const redactor = config.redact && createRedactor(config.redact, config.redactKey)
  const timeline = new Timeline()
  const database = databaseName(config.url)
  const limits = { maxItems: config.batchSize, maxBytes: config.maxBatchBytes }
  let committed: number[] = []

  if (deps.locks) {
    // Refused in a frame that may store nothing: then nobody else of this origin has them either.
    const claimed = claim(deps.locks, database, producer).catch(() => {})
    await within(clock, CLAIM_LIMIT_MS, claimed, undefined)
  }
  const [opened, hints] = await Promise.all([
    deps.openStore(database, clock).catch(toError),
    within(clock, HINTS_LIMIT_MS, readHints(deps.navigator), null),
  ])
  const store = opened instanceof Error ? createMemoryStore() : opened
  const bounds = opened instanceof Error ? MEMORY : DISK

  const port = openPort(messagePort, take)
  const poll = createPoll(clock, intervalMs, (tick) => {
    port.pull(tick, committed)
    committed = []
  })
  const pipeline = createPipeline({
    ...config,
    intervalMs,
    copies: config,
    intake: createIntake(),
    redactor,
    raise: (item) => port.raise({ name: 'item', item }),
    keep,
  })
  const dropped = createNotices({
    clock,
    intervalMs,
    take(item) {
      port.raise({ name: 'item', item })
      keep(encodeItem(producers[1], item))
    },
  })
  const journal = new Journal({
    clock,
    append: async (records) => dropped('evicted', await queue.append(records)),
    onCommitted,
    onFailure: complain,
    onLost: (count) => drop('storage', count),
  })
  const queue = new Queue({ store, producers, bounds, now: clock.now, newId: deps.newId })
  const batchers = new Map(producers.map((name) => [name, createBatcher(name)]))
  const credentials = createCredentials(askHeaders, clock)
  const sender = new Sender({
    queue,
    transport: deps.createTransport(config, credentials),
    credentials,
    clock,
    random: deps.random,
    limits: config,
    raise(raised) {
      log(
        `${raised.name} ${JSON.stringify(raised, ['count', 'batchId', 'queued', 'error', 'message'])}`,
      )
      port.raise(raised)
    },
  })

  if (opened instanceof Error) {
    complain(new Error(`no storage, so what is not sent is lost with the page: ${opened.message}`))
  }
  await enroll(config.facts)
  poll.start()
  void takeOver().catch(complain)
  if (deps.locks) void sendOrphans(deps.locks).catch(complain)

  function take(message: PageMessage): void {
    switch (message.type) {
      case 'event':
        return pipeline.takeEvent(message.event)
      case 'reports':
        for (const report of message.reports) pipeline.takeReport(report)
        return poll.answered(message.tick)
      case 'forget':
        return pipeline.forget(message.pcId)
      case 'facts':
        return void enroll(message.facts)
      case 'dropped':
        return drop(message.reason, message.count)
      case 'pause':
        return poll.stop()
      case 'resume':
        return poll.start()
      case 'listen':
        return // the port's own
      default:
        message satisfies never
    }
  }

  function keep(record: ItemRecord): void {
    timeline.add(record)
    journal.add(record)
  }

  function onCommitted(records: readonly ItemRecord[]): void {
    for (const [name, batcher] of batchers) {
      batcher.add(records.filter((record) => record.producer === name))
    }
    for (const record of records) {
      if (record.producer === producer) committed.push(record.seq)
    }
  }

  function createBatcher(name: string): Batcher {
    return new Batcher({
      clock,
      limits: { ...limits, maxAgeMs: config.flushInterval },
      async seal(reason) {
        const count = await queue.seal(name, limits).catch(complain)
        if (count) {
          log(`sealed ${count} items by ${reason}`)
          sender.wake()
        }
        return count
      },
    })
  }

  function enroll(facts: Facts): Promise<unknown> {
    const { sessionId, sessionName } = config
    const client = describeClient(facts, deps.navigator.userAgent ?? '', hints)
    const profile = { sessionId, sessionName, client: redactor ? redactor.client(client) : client }
    return queue.enroll(profile).catch(complain)
  }

  /** What the engines before this one have stored, and not sealed. */
  async function takeOver(): Promise<void> {
    const past = Array.from({ length: config.incarnation }, (_, n) => `${producer}.w${n}`)
    for (const name of past) queue.adopt(name)
    for (const name of config.incarnation > 0 ? [...past, producer] : []) {
      while ((await queue.seal(name, limits)) > 0);
    }
    sender.wake()
  }

  async function sendOrphans(locks: Locks): Promise<void> {
    const parts = {
      queue,
      locks,
      database,
      userId: config.facts.userId,
      limits,
    }
    const count = await adoptOrphans(parts)
    if (count > 0) log(`took over ${count} items of pages that are gone`)
    sender.wake()
  }

  function drop(reason: DropReason, count: number): void {
    dropped(reason, count)
    void queue.drop(reason, count).catch(complain)
  }

  function complain(error: unknown): null {
    const { name, message } = toError(error)
    log(message)
    port.raise({ name: 'error', error: { name, message } })
    return null
  }

  /** Seals what waits and tries all of it once; settles within the limit. */
  async function sendAll(after: number, reason: FlushReason, limitMs: number): Promise<void> {
    const deadline = clock.now() + limitMs
    const all = async (): Promise<void> => {
      await port.caughtUp(after)
      await journal.commit()
      for (const batcher of batchers.values()) await batcher.flush(reason)
      await sender.sendAll(deadline)
    }
    await within(clock, limitMs, all(), undefined)
  }

  return {
    async flush(after, limitMs) {
      const before = sender.sent
      await sendAll(after, 'flush', limitMs)
      sender.wake()
      return { sent: sender.sent - before, stored: await queue.size() }
    },
    async timeline(after) {
      await port.caughtUp(after)
      return timeline.items()
    },
    async clear(after) {
      await port.caughtUp(after)
      await journal.commit()
      await queue.clear()
      timeline.clear()
    },
    async destroy(after, limitMs) {
      poll.stop()
      await sendAll(after, 'destroy', limitMs)
      for (const batcher of batchers.values()) batcher.stop()
      sender.stop()
      deps.locks?.release()
      return { timeline: timeline.items(), posted: port.posted }
    },
  }
}

/** One database per endpoint: origin and path; `ws` is the same as `http` (DURABILITY.md, Store 1). */
function databaseName(url: string): string {
  const { origin, pathname } = new URL(url.replace(/^ws/, 'http'))
  return `webrtc-stats-exporter:${origin}${pathname}`
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
