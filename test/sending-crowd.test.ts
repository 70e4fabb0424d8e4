import { expect, it } from 'vitest'
import type { SendResult } from '../transports/transport.ts'
import { createFakeClock } from './fake-clock.ts'
import { TIMES } from './long.ts'
import { createSender, failing, LIMITS, mostWithin, seeded } from './sending.ts'

/** Rates are counted in windows of this, wherever they begin. */
const WINDOW_MS = LIMITS.flushInterval
const STEADY_MS = 30_000
const MINUTE_MS = 60_000

/** What a client hears while the server is down; null: the device has no network. */
type Outage = (() => SendResult) | null

/** Each seals one batch every flushInterval, from a moment of its own. */
async function createCrowd(count: number, outage: Outage, random: () => number) {
  const clock = createFakeClock()
  let isDown = false
  const clients = await Promise.all(
    Array.from({ length: count }, () => {
      const answer = (): SendResult => (isDown && outage ? outage() : { status: 'ok' })
      return createSender(answer, { batches: 0, random, clock })
    }),
  )
  for (const { add } of clients) {
    const again = (): void => {
      void add() // it never rejects
      clock.after(LIMITS.flushInterval, again)
    }
    clock.after(random() * LIMITS.flushInterval, again)
  }
  return {
    clock,
    clients,
    setDown(value: boolean) {
      isDown = value
      for (const { setOnline } of clients) setOnline(outage !== null || !value)
    },
    timesFrom: (startMs: number) =>
      clients.flatMap(({ times }) => times().filter((at) => at >= startMs)),
  }
}

const askForMore = (): SendResult => ({
  status: 'retry',
  afterMs: 20_000,
  error: new Error('503, Retry-After: 20'),
})

const OUTAGES: { name: string; outage: Outage; minutes: number; clients: number }[] = [
  { name: 'answers 503', outage: failing, minutes: 1, clients: 100 },
  { name: 'asks for 20 s', outage: askForMore, minutes: 1, clients: 50 },
  { name: 'has no network', outage: null, minutes: 1, clients: 50 },
  { name: 'answers 503 for long', outage: failing, minutes: 4, clients: 30 },
]

it.each(OUTAGES)(
  'clients return at once from an outage that $name: the peak is <= 2x the steady rate, and all is delivered',
  async ({ name, outage, minutes, clients: few }) => {
    const count = TIMES > 1 ? 500 : few
    const crowd = await createCrowd(count, outage, seeded(1))
    const { clock, clients, setDown, timesFrom } = crowd
    await clock.advance(LIMITS.flushInterval)
    await clock.advance(STEADY_MS)
    const before = timesFrom(LIMITS.flushInterval)
    const steady = (before.length * WINDOW_MS) / STEADY_MS
    setDown(true)
    await clock.advance(minutes * MINUTE_MS)
    setDown(false)
    const upAt = clock.elapsed()
    await clock.advance(minutes * 2 * MINUTE_MS)
    const peak = mostWithin(timesFrom(upAt), WINDOW_MS)
    console.log(
      `${count} clients, ${minutes} min, ${name}: ${steady} requests in 5 s before, at most ${peak} after: ${(peak / steady).toFixed(2)}x`,
    )
    expect(peak).toBeLessThanOrEqual(2 * steady)
    for (const { queue } of clients) {
      expect(await queue.size()).toBeLessThanOrEqual(1) // sealed at this very moment
    }
  },
  300_000,
)
