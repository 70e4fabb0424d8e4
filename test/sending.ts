// A sender over a real queue, to a transport of the test's own, on a clock that the test moves.
import { vi } from 'vitest'
import type { Raised } from '../src/protocol.ts'
import type { EncodedBatch, SendResult, Transport } from '../transports/transport.ts'
import { Queue } from '../workers/queue.ts'
import type { BatchRow } from '../workers/rows.ts'
import { Sender } from '../workers/sender.ts'
import { createFakeClock } from './fake-clock.ts'
import { PROFILE, record, STORES } from './stores.ts'

// Compression runs on threads of its own, which a fake clock cannot wait for; without it bodies are stored as they are.
vi.stubGlobal('CompressionStream', undefined)

export const LIMITS = { timeout: 10_000, maxRetries: 3, retryBaseDelay: 500, retryMaxDelay: 10_000 }

interface Sent {
  batchId: string
  atMs: number
  json: string
}

type Answer = (batch: EncodedBatch, signal: AbortSignal) => Promise<SendResult> | SendResult

export async function createSender(answer: Answer, batches = 1, itemsEach = 1) {
  const clock = createFakeClock()
  const start = clock.now()
  const store = await STORES.memory()
  let ids = 0
  const queue = new Queue({
    store,
    producers: ['p1'],
    bounds: { maxItems: 1000, maxBytes: 10_000_000 },
    now: clock.now,
    newId: () => `b${ids++}`,
  })
  await queue.enroll(PROFILE)
  let seq = 0
  const add = async (): Promise<void> => {
    await queue.append(Array.from({ length: itemsEach }, () => record(seq++)))
    await queue.seal('p1', { maxItems: itemsEach, maxBytes: 96_000 })
  }
  for (let batch = 0; batch < batches; batch++) await add()
  const sent: Sent[] = []
  const raised: Raised[] = []
  let forgotten = 0
  let inFlight = 0
  let mostInFlight = 0
  const transport: Transport = {
    name: 'test',
    async send(batch, signal) {
      sent.push({
        batchId: batch.batchId,
        atMs: clock.now() - start,
        json: new TextDecoder().decode(batch.json),
      })
      mostInFlight = Math.max(mostInFlight, ++inFlight)
      try {
        return await answer(batch, signal)
      } finally {
        inFlight--
      }
    },
    close() {},
  }
  const sender = new Sender({
    queue,
    transport,
    credentials: { current: async () => ({}), forget: () => forgotten++ },
    clock,
    random: () => 1,
    limits: LIMITS,
    raise: (event) => raised.push(event),
  })
  const rowOf = async (): Promise<BatchRow | undefined> => {
    const [key = []] = await queue.pending(1)
    return store.read((transaction) => transaction.get<BatchRow>(key))
  }
  return {
    clock,
    queue,
    sender,
    sent,
    raised,
    add,
    rowOf,
    forgotten: () => forgotten,
    mostInFlight: () => mostInFlight,
  }
}

export const failing = (): SendResult => ({ status: 'retry', error: new Error('503') })
