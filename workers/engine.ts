// Puts the capturing side and the delivery of one exporter together, and answers the page.
import type { Facts, Farewell, PageApi, PageMessage, WorkerConfig } from '../src/protocol.ts'
import type { FlushResult, QuarantinedBatch, QueueState } from '../src/terms.ts'
import type { Summaries } from '../src/summary.ts'
import type { Item } from '../src/wire.ts'
import { describeClient, readHints } from './client.ts'
import type { NavigatorLike } from './client.ts'
import { within } from './clock.ts'
import { createDelivery } from './delivery.ts'
import type { DeliveryDeps } from './delivery.ts'
import { createIntake } from './intake.ts'
import { encodeItem } from './item.ts'
import type { ItemRecord } from './item.ts'
import { createLater } from './later.ts'
import { createNews } from './news.ts'
import { createNotices } from './notices.ts'
import { createOwnItems } from './own-items.ts'
import { createPace } from './pace.ts'
import { createPipeline } from './pipeline.ts'
import { createPoll } from './poll.ts'
import type { Port } from './port.ts'
import { createRedactor } from './redact.ts'
import type { Profile } from './rows.ts'
import { createSummary } from './summary.ts'
import { Tail } from './tail.ts'
import { Timeline } from './timeline.ts'
import { createUnpacker } from './unpack.ts'

/** What an engine stands on: the real ones by default only in `start.ts`. */
export interface Deps extends DeliveryDeps {
  readonly navigator: NavigatorLike & DeliveryDeps['navigator']
}

export interface Engine {
  flush(limitMs: number): Promise<FlushResult>
  timeline(): Promise<readonly Item[]>
  summary(): Promise<Summaries>
  queue(): Promise<QueueState>
  quarantine(): Promise<readonly QuarantinedBatch[]>
  resend(batchIds: readonly string[] | null): Promise<number>
  discard(batchIds: readonly string[] | null): Promise<number>
  clear(epoch: number): Promise<void>
  destroy(limitMs: number): Promise<Farewell>
}

/** The client hints are worth this wait before the first batch. */
const HINTS_LIMIT_MS = 500
/** A call is live while reports come: three polls, or this. */
const LIVE_MS = 10_000
/** The part of a limit that sending may take: counting what is left takes the rest. */
const SENDING_SHARE = 0.9

export async function createEngine(
  config: WorkerConfig,
  port: Port,
  page: PageApi,
  deps: Deps,
): Promise<Engine> {
  const { clock, log, navigator } = deps
  const { producer, adaptive, getStatsInterval } = config
  const producers = [producer, `${producer}.w${config.incarnation}`] as const
  const redactor = config.redact && createRedactor(config.redact, config.redactKey)
  const timeline = new Timeline()
  const hints = await within(clock, HINTS_LIMIT_MS, readHints(navigator), null)
  const tail = new Tail({
    producer,
    limits: config.tail,
    profile: profileOf(config.facts),
    now: clock.now,
    newId: deps.newId,
  })
  const unpacker = createUnpacker()
  let committed: number[] = []
  let lastReportAt = -Infinity

  const longestMs = adaptive?.maxInterval ?? getStatsInterval
  const pace = createPace(clock, getStatsInterval, adaptive)
  const poll = createPoll(clock, pace, (tick) => {
    port.pull(tick, poll.intervalMs(), committed, tail.take('beacon'))
    committed = []
  })
  const nextItem = createOwnItems(clock, poll.intervalMs)
  const summary = createSummary({ clock, nextItem, take: takeOwn })
  const pipeline = createPipeline({
    ...config,
    summary,
    intervalMs: poll.intervalMs,
    copies: config,
    intake: createIntake(),
    redactor,
    raise: (item) => port.raise({ name: 'item', item }),
    keep,
  })
  const onDropped = createNotices({ clock, nextItem, take: takeOwn })
  const onChange = createNews({
    clock,
    isListened: () => port.isListened('queue'),
    read: () => delivery.state(),
    tell: (state) => port.raise({ name: 'queue', state }),
  })
  const delivery = createDelivery({
    config,
    deps,
    producers,
    page,
    profileOf,
    isCallLive: () => clock.elapsed() - lastReportAt < Math.max(longestMs * 3, LIVE_MS),
    raise: (raised) => port.raise(raised),
    onAnswered(items) {
      tail.answered(items)
      later.renew('answer')
    },
    complain,
    onChange,
    onDropped,
    onSafe(items) {
      for (const item of items) if (item.producer === producer) committed.push(item.seq)
    },
  })
  const later = createLater({
    clock,
    take: () => tail.take('later'),
    post: port.later,
  })
  // Before what has waited: it is stored for a producer that is known, and may say that the page is paused.
  const started = delivery.start()
  poll.start()
  port.open(take)
  await started

  function profileOf(facts: Facts): Profile {
    const { sessionId, sessionName } = config
    const client = describeClient(facts, navigator.userAgent ?? '', hints)
    return { sessionId, sessionName, client: redactor ? redactor.client(client) : client }
  }

  function take(message: PageMessage): void {
    switch (message.type) {
      case 'event':
        pipeline.takeEvent(message.event)
        if (pace.takeEvent(message.event)) poll.hurry()
        return later.renew('event')
      case 'reports': {
        if (message.reports.length > 0) lastReportAt = clock.elapsed()
        const polls = pipeline.takeReports(unpacker.unpack(message), message.tick !== null)
        if (message.isHidden !== undefined) pace.takePolls(polls, message.isHidden)
        later.renew('poll')
        return poll.answered(message.tick)
      }
      case 'forget':
        unpacker.forget(message.pcId)
        return pipeline.forget(message.pcId)
      case 'facts':
        if (message.epoch !== tail.epoch) tail.forget(message.epoch)
        tail.open(profileOf(message.facts))
        return void delivery.setFacts(message.facts).catch(complain)
      case 'dropped':
        return void delivery.drop(message.reason, message.count).catch(complain)
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

  /** What the worker itself has made. */
  function takeOwn(item: Item, supersedes?: number): void {
    const redacted = redactor ? redactor.item(item) : item
    port.raise({ name: 'item', item: redacted })
    keep(encodeItem(producers[1], redacted, supersedes))
  }

  function keep(record: ItemRecord): void {
    timeline.add(record)
    tail.add(record)
    delivery.keep(record)
  }

  function complain(error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    log(message)
    port.raise({ name: 'error', error: { name, message } })
  }

  return {
    async flush(limitMs) {
      const sent = await delivery.flush('flush', limitMs * SENDING_SHARE)
      return { sent, stored: await delivery.size(limitMs * (1 - SENDING_SHARE)) }
    },
    timeline: async () => timeline.items(),
    summary: async () => summary.current(),
    queue: () => delivery.state(),
    quarantine: () => delivery.quarantine(),
    resend: (batchIds) => delivery.resend(batchIds),
    discard: (batchIds) => delivery.discard(batchIds),
    async clear(epoch) {
      await delivery.clear()
      tail.forget(epoch)
      timeline.clear()
      summary.clear()
    },
    async destroy(limitMs) {
      poll.stop()
      const last = summary.end()
      await delivery.flush('destroy', limitMs * SENDING_SHARE)
      later.stop()
      delivery.stop()
      return { timeline: timeline.items(), summary: last }
    },
  }
}
