// Two users one after the other in one exporter: `update({ userId })`.
import { expect, it, vi } from 'vitest'
import type { SendResult } from '../transports/transport.ts'
import { createDelivery } from '../workers/delivery.ts'
import { createMemoryStore } from '../workers/memory-store.ts'
import { createFakeClock } from './fake-clock.ts'
import { PROFILE, record } from './stores.ts'
import { CONFIG, FACTS, PAGE } from './worker-config.ts'

// Compression runs on threads of its own, which a fake clock cannot wait for.
vi.stubGlobal('CompressionStream', undefined)

/** `sent`: whose headers carried which items. The app's headers are those of whoever is logged in. */
function create(userId: string | null) {
  const clock = createFakeClock()
  const sent: [user: string, seqs: number[]][] = []
  const app = { user: userId ?? 'nobody', asked: 0 }
  let answer: Promise<SendResult> = Promise.resolve({ status: 'ok' })
  let ids = 0
  const delivery = createDelivery({
    config: { ...CONFIG, facts: { ...FACTS, userId } },
    deps: {
      clock,
      random: () => 0.5,
      newId: () => `b${ids++}`,
      navigator: {},
      locks: null,
      openRollCall: () => null,
      createDisk: () => ({ ...createMemoryStore(), mode: 'indexeddb' }),
      transports: {
        fetch: ({ headers }) => ({
          name: 'test',
          async send({ json }, signal) {
            const { user = '' } = await headers()
            const { items } = JSON.parse(new TextDecoder().decode(json)) as { items: Seq[] }
            const aborted = new Promise<SendResult>((resolve) => {
              signal.addEventListener('abort', () => resolve(DOWN))
            })
            const result = await Promise.race([answer, aborted])
            if (result.status === 'ok') sent.push([user, items.map(({ seq }) => seq)])
            return result
          },
          close() {},
        }),
      },
      log() {},
    },
    producers: ['p1', 'p1.w0'],
    page: {
      ...PAGE,
      headers: async () => {
        app.asked++
        return { user: app.user }
      },
    },
    profileOf: () => PROFILE,
    isCallLive: () => false,
    raise() {},
    complain: (error) => expect(error).toBeUndefined(),
    onChange() {},
    onDropped() {},
    onSafe() {},
    onAnswered() {},
  })
  return {
    clock,
    delivery,
    sent,
    app,
    logIn: async (user: string) => {
      app.user = user
      await delivery.setFacts({ ...FACTS, userId: user })
    },
    setAnswer: (next: SendResult | Promise<SendResult>) => (answer = Promise.resolve(next)),
  }
}

interface Seq {
  readonly seq: number
}

const DOWN: SendResult = { status: 'retry', error: new Error('503') }

it("the next user's headers never carry what the last one left, and it goes when that one is back", async () => {
  const { clock, delivery, sent, logIn, setAnswer } = create('anna')
  setAnswer(DOWN)
  await delivery.start()
  delivery.keep(record(0))
  await clock.advance(6000)
  delivery.keep(record(1)) // not sealed yet
  await logIn('bert')
  delivery.keep(record(2))
  setAnswer({ status: 'ok' })
  await clock.advance(60_000)
  expect(sent).toEqual([['bert', [2]]])
  await logIn('anna')
  await clock.advance(60_000)
  expect(sent.slice(1)).toEqual([
    ['anna', [0]],
    ['anna', [1]],
  ])
})

it('what is on its way when the user changes is taken back, and asks for no new headers', async () => {
  const { clock, delivery, sent, app, logIn, setAnswer } = create('anna')
  let arrive = (): void => {}
  setAnswer(new Promise((resolve) => (arrive = () => resolve({ status: 'ok' }))))
  await delivery.start()
  delivery.keep(record(0))
  await clock.advance(6000)
  const login = logIn('bert')
  await clock.advance(1000)
  await login
  setAnswer({ status: 'ok' })
  arrive()
  delivery.keep(record(1))
  await clock.advance(60_000)
  expect(sent).toEqual([['bert', [1]]])
  expect(app.asked).toBe(2)
})

it('what was captured before anybody was known goes with the first user', async () => {
  const { clock, delivery, sent, logIn, setAnswer } = create(null)
  setAnswer(DOWN)
  await delivery.start()
  delivery.keep(record(0))
  await clock.advance(6000)
  await logIn('anna')
  setAnswer({ status: 'ok' })
  await clock.advance(60_000)
  expect(sent).toEqual([['anna', [0]]])
})

it('a user who logs in ends the pause that the last one earned, and is asked for new headers', async () => {
  const { clock, delivery, sent, app, logIn, setAnswer } = create(null)
  setAnswer({ status: 'unauthorized' })
  await delivery.start()
  delivery.keep(record(0))
  await clock.advance(6000)
  const asked = app.asked
  setAnswer({ status: 'ok' })
  await logIn('anna')
  delivery.keep(record(1))
  await clock.advance(6000)
  expect(app.asked).toBe(asked + 1)
  expect(sent.map(([user]) => user)).toEqual(['anna', 'anna'])
})
