// Several batches on their way at once, and an endpoint that answers anything: each item is acked once, in quarantine, or counted.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { EncodedBatch, SendResult, Transport } from '../transports/transport.ts'
import { TIMES } from './long.ts'
import { createSender, itemsOf } from './sending.ts'

const BATCHES = 9
const ITEMS_EACH = 4
const ITEMS = BATCHES * ITEMS_EACH

const error = new Error('model')
const ANSWERS: Record<string, (count: number) => SendResult> = {
  ok: () => ({ status: 'ok' }),
  'ok but for one': (count) => ({
    status: 'ok',
    rejected: [{ index: count - 1, reason: 'bad', retry: false }],
  }),
  'ok but for one that may come again': () => ({
    status: 'ok',
    rejected: [{ index: 0, reason: 'later', retry: true }],
  }),
  retry: () => ({ status: 'retry', error }),
  'retry after': () => ({ status: 'retry', afterMs: 2000, error }),
  split: () => ({ status: 'split' }),
  unauthorized: () => ({ status: 'unauthorized' }),
  drop: () => ({ status: 'drop', error }),
}

const step = fc.record({
  answer: fc.constantFrom(...Object.keys(ANSWERS)),
  delayMs: fc.constantFrom(0, 0, 50, 3000, 60_000),
})

it('whatever is answered, in whatever order: no item is lost uncounted, none is acked twice, none is on its way twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, window) => {
        const script = [...steps]
        const flying = new Set<string>()
        const acked: number[] = []
        let most = 0
        let isTwice = false
        const transport: Transport = {
          name: 'model',
          window,
          send: (batch, signal) =>
            new Promise((resolve) => {
              // Whatever is thrown here the guard takes for a failure of the transport.
              isTwice ||= flying.has(batch.batchId)
              flying.add(batch.batchId)
              most = Math.max(most, flying.size)
              const { answer = 'ok', delayMs = 0 } = script.shift() ?? {}
              const settle = (result: SendResult): void => {
                if (!flying.delete(batch.batchId)) return
                if (result.status === 'ok') acked.push(...takenOf(batch, result))
                resolve(result)
              }
              signal.addEventListener('abort', () => settle({ status: 'retry', error }))
              const made = (ANSWERS[answer] ?? ANSWERS['ok'])?.(batch.count) ?? { status: 'split' }
              sending.clock.after(delayMs, () => settle(made))
            }),
          close() {},
        }
        const unused = (): SendResult => ({ status: 'ok' })
        const options = { transport, batches: BATCHES, itemsEach: ITEMS_EACH }
        const sending = await createSender(unused, options)
        sending.sender.wake()
        // Longer than the worst of scripts: each step may be a pause of a quarter of an hour.
        for (let n = 0; n < 200 && (await sending.queue.pending()).length > 0; n++) {
          await sending.clock.advance(1_000_000)
        }
        const refused = (await sending.quarantine()).flatMap(({ items }) => items)
        const there = [...acked, ...refused.map(({ seq }) => seq)]
        // Quarantine has room for twenty: what it gives up is counted.
        const { dropped } = await sending.depot.census()
        expect(new Set(there).size).toBe(there.length)
        expect(there.length + (dropped.rejected ?? 0)).toBe(ITEMS)
        expect(most).toBeLessThanOrEqual(window)
        expect(isTwice).toBe(false)
      },
    ),
    { numRuns: 60 * TIMES },
  )
}, 600_000)

function takenOf({ json }: EncodedBatch, result: SendResult): number[] {
  const rejected = result.status === 'ok' ? (result.rejected ?? []) : []
  const not = new Set(rejected.map(({ index }) => index))
  return itemsOf({ json })
    .filter((_, index) => !not.has(index))
    .map(({ seq }) => seq)
}
