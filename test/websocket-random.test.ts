// Whatever a server does to a socket, a loop that tries again brings all of it over, and never too much at once.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { newBatch, openLab } from './dialling.ts'
import type { Lab } from './dialling.ts'
import type { Dial, SocketStep } from './fault-socket.ts'
import { TIMES } from './long.ts'
import { pause } from './run.ts'

const createLab = openLab()
const BATCHES = 10
/** More than the window. */
const LANES = 6

const code = fc.constantFrom(undefined, 401, 408, 410, 429, 503)
const nack = code.map((value) => ({ reason: 'no', ...(value && { code: value }) }))
const unknown = '{"type":"ack","batchId":"b99"}'
const step: fc.Arbitrary<SocketStep> = fc.oneof(
  fc.constant({}),
  fc.constant({ times: 2 }),
  fc.constant({ says: [unknown, 'nonsense'] }),
  fc.integer({ min: 1, max: 15 }).map((delayMs) => ({ delayMs })),
  fc.integer({ min: 2, max: 3 }).map((hold) => ({ hold })),
  nack.map((value) => ({ nack: value })),
  fc.record({ times: fc.constant(0), keep: fc.boolean() }),
  fc.record({ times: fc.constant(0), keep: fc.boolean(), dies: fc.constant(true) }),
  fc.constant({ times: 1, dies: true }),
)
const dial: fc.Arbitrary<Dial> = fc.oneof(
  fc.constant({ refuse: 503 }),
  fc.constant({ welcome: false }),
  nack.map((value) => ({ nack: value })),
  fc.record({ window: fc.integer({ min: 0, max: 9 }), have: fc.boolean() }),
)

/** Sends each batch until it is acked, as a sender does; time flies meanwhile. */
async function bringOver({ send, clock }: Lab): Promise<void> {
  const left = Array.from({ length: BATCHES }, (_, index) => `b${index}`)
  let lanes = LANES
  const work = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      while ((await send(id)).status !== 'ok') await pause(1)
    }
    lanes -= 1
  }
  const working = Promise.all(Array.from({ length: LANES }, work))
  while (lanes > 0) {
    await clock.advance(250)
    await pause(1)
  }
  await working
}

it('nothing is lost, each batch arrives, and the window holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 15 }),
      fc.array(dial, { maxLength: 3 }),
      async (steps, dials) => {
        const lab = createLab()
        await lab.follow({ steps, dials: [...dials, {}], next: 'ok' })
        await bringOver(lab)
        const { kept, missing, batches } = await lab.run.ledger()
        expect({ kept, missing, batches }).toEqual({
          kept: BATCHES,
          missing: [],
          batches: BATCHES,
        })
        for (const [index, { frames, hello, unansweredAtMost }] of (
          await lab.run.sockets()
        ).entries()) {
          const { window = 4, welcome, nack: refusal } = dials[index] ?? {}
          const isOpened = welcome !== false && !refusal
          expect(unansweredAtMost).toBeLessThanOrEqual(isOpened ? Math.min(window || 1, 4) : 0)
          expect(frames[0] ?? 'hello').toBe('hello')
          expect(new Set(hello?.pending).size).toBe(hello?.pending.length ?? 0)
        }
        lab.transport.close()
      },
    ),
    { numRuns: 40 * TIMES },
  )
}, 600_000)

it('batches that are given up leave no more behind than a hello can name', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 70, maxLength: 150 }),
      async (isAborted) => {
        const { transport, run, lastDial } = createLab()
        await run.script({ steps: [], sockets: { steps: [{ times: 0, keep: false }] } })
        for (const [index, aborts] of isAborted.entries()) {
          const abort = new AbortController()
          const sending = transport.send(newBatch(`b${index}`), abort.signal)
          if (!aborts) await pause(1)
          abort.abort()
          expect((await sending).status).toBe('retry')
        }
        await run.script({ steps: [] })
        const result = await transport.send(newBatch('b1000'), new AbortController().signal)
        expect(result.status).toBe('ok')
        expect((await lastDial()).hello?.pending.length).toBeLessThanOrEqual(64)
        transport.close()
      },
    ),
    { numRuns: 5 * TIMES },
  )
}, 600_000)
