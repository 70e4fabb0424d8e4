// A sender over real queues, to a transport of the test's own, on a clock that the test moves.
import { vi } from 'vitest'
import type { Raised } from '../src/protocol.ts'
import type { Headers } from '../src/terms.ts'
import type { Item } from '../src/wire.ts'
import type { EncodedBatch, SendResult, Transport } from '../transports/transport.ts'
import { decodeBody } from '../workers/body.ts'
import { createCredentials } from '../workers/credentials.ts'
import { Depot } from '../workers/depot.ts'
import { Endpoint } from '../workers/endpoint.ts'
import type { ItemRecord } from '../workers/item.ts'
import { inspect } from '../workers/quarantine.ts'
import type { BatchRow } from '../workers/rows.ts'
import { guard } from '../workers/guard.ts'
import { Sender } from '../workers/sender.ts'
import type { Store } from '../workers/store.ts'
import { createFakeClock } from './fake-clock.ts'
import type { FakeClock } from './fake-clock.ts'
import { PROFILE, queueOver, record, STORES } from './stores.ts'

// Compression runs on threads of its own, which a fake clock cannot wait for; without it bodies are stored as they are.
vi.stubGlobal('CompressionStream', undefined)

export const LIMITS = {
  timeout: 10_000,
  maxRetries: 3,
  retryBaseDelay: 500,
  retryMaxDelay: 10_000,
  flushInterval: 5000,
  backlogBytesPerSec: 65_536,
}

const ROOM = { maxItems: 100_000, maxBytes: 1_000_000_000 }

interface Sent {
  batchId: string
  atMs: number
  count: number
  bytes: number
  json: string
}

type Answer = (batch: EncodedBatch, signal: AbortSignal) => Promise<SendResult> | SendResult

interface Options {
  readonly batches?: number
  readonly itemsEach?: number
  /** Bytes of padding in each item. */
  readonly padding?: (seq: number) => number
  readonly recordOf?: (seq: number) => ItemRecord
  readonly random?: () => number
  readonly clock?: FakeClock
  readonly limits?: Partial<typeof LIMITS>
  /** The app's; asked by the transport, as the one over HTTP does. */
  readonly headers?: () => Promise<Headers>
  readonly transport?: Transport
  /** That of a page before this one. */
  readonly disk?: Store
}

export async function createSender(answer: Answer, options: Options = {}) {
  const { batches = 1, itemsEach = 1, padding = () => 0, random = () => 1 } = options
  const { clock = createFakeClock(), recordOf = (n) => record(n, 1, padding(n)) } = options
  const limits = { ...LIMITS, ...options.limits }
  const startMs = clock.elapsed()
  let ids = 0
  const newId = (): string => `${options.disk ? 'again-' : ''}b${ids++}`
  const parts = { clock, newId, producers: ['p1'], bounds: ROOM }
  const queue = queueOver(options.disk ?? STORES.memory(), parts)
  const memory = queueOver(STORES.memory(), parts)
  const depot = new Depot({ disk: queue, memory, clock, onDisk() {}, onSafe() {} })
  await depot.enroll(PROFILE, null)
  let seq = 0
  /** As the delivery does it: no more than the endpoint is known to take. */
  const add = async (items = itemsEach): Promise<void> => {
    await depot.append(Array.from({ length: items }, () => recordOf(seq++)))
    for (;;) {
      const maxBytes = Math.min(96_000_000, sender.batchBytes)
      const sealed = await depot.seal('p1', { maxItems: items, maxBytes })
      if (!sealed) return
      if (isLive) sender.add(sealed)
    }
  }
  let isLive = false
  let isOnline = true
  let isCallLive = false
  const sent: Sent[] = []
  const raised: Raised[] = []
  let asked = 0
  let forgotten = 0
  let inFlight = 0
  let mostInFlight = 0
  const credentials = createCredentials(() => {
    asked++
    return options.headers?.() ?? Promise.resolve({})
  }, clock)
  const transport: Transport = options.transport ?? {
    name: 'test',
    async send(batch, signal) {
      try {
        await credentials.current()
      } catch (error) {
        return { status: 'unauthorized', error: error as Error }
      }
      return answer(batch, signal)
    },
    close() {},
  }
  const endpoint = new Endpoint({ clock, random, limits })
  const sender = new Sender({
    depot,
    endpoint,
    transport: guard(
      {
        ...transport,
        async send(batch, signal) {
          const { batchId, count } = batch
          const [atMs, bytes] = [clock.elapsed() - startMs, batch.json.byteLength]
          sent.push({ batchId, count, atMs, bytes, json: new TextDecoder().decode(batch.json) })
          mostInFlight = Math.max(mostInFlight, ++inFlight)
          try {
            return await transport.send(batch, signal)
          } finally {
            inFlight--
          }
        },
      },
      clock,
    ),
    credentials: {
      ...credentials,
      forget() {
        forgotten++
        credentials.forget()
      },
    },
    clock,
    limits,
    isOnline: () => isOnline,
    isCallLive: () => isCallLive,
    raise: (event) => raised.push(event),
    onAnswered() {},
  })
  for (let batch = 0; batch < batches; batch++) await add()
  isLive = true
  const rowOf = async (): Promise<BatchRow | undefined> => {
    const [key = []] = await queue.pending(1)
    return queue.ledger.read((transaction) => transaction.get<BatchRow>(key))
  }
  return {
    clock,
    queue,
    memory,
    depot,
    endpoint,
    sender,
    sent,
    raised,
    /** One more batch, sealed now. */
    add,
    rowOf,
    /** When something was sent, ms from the start. */
    times: (): number[] => sent.map(({ atMs }) => atMs),
    quarantine: () => inspect(queue),
    /** How often the app was asked for its headers. */
    asked: () => asked,
    forgotten: () => forgotten,
    mostInFlight: () => mostInFlight,
    setOnline: (value: boolean) => (isOnline = value),
    setCallLive: (value: boolean) => (isCallLive = value),
  }
}

export const failing = (): SendResult => ({ status: 'retry', error: new Error('503') })

export const itemsOf = ({ json }: { readonly json: Uint8Array | string }): readonly Item[] =>
  decodeBody(typeof json === 'string' ? new TextEncoder().encode(json) : json).items

/** The most times within any so many ms. */
export function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = times.toSorted((one, other) => one - other)
  let first = 0
  return sorted.reduce((most, time, index) => {
    while (time - (sorted[first] ?? time) >= windowMs) first++
    return Math.max(most, index - first + 1)
  }, 0)
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
