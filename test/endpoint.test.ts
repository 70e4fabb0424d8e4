import { describe, expect, it } from 'vitest'
import { Endpoint } from '../workers/endpoint.ts'
import { createFakeClock } from './fake-clock.ts'
import { LIMITS } from './sending.ts'

const MINUTE_MS = 60_000

function create(random = (): number => 1) {
  const clock = createFakeClock()
  return { clock, endpoint: new Endpoint({ clock, random, limits: LIMITS }) }
}

describe('endpoint', () => {
  it('is open until something fails, and again when something was taken', () => {
    const { endpoint } = create()
    expect(endpoint.waitMs).toBe(0)
    endpoint.failed()
    expect(endpoint.waitMs).toBe(500)
    endpoint.accepted()
    expect(endpoint.waitMs).toBe(0)
    endpoint.failed()
    expect(endpoint.waitMs).toBe(500)
  })

  it('is probed from the fifth failure in a row on', () => {
    const { endpoint } = create()
    for (let failure = 1; failure <= 5; failure++) {
      expect(endpoint.isProbed).toBe(false)
      endpoint.failed()
    }
    expect(endpoint.isProbed).toBe(true)
    endpoint.tookNothing()
    expect(endpoint.isProbed).toBe(false)
  })

  it('is blocked where it could not be reached for an hour, but not where it asks for pauses', async () => {
    const { clock, endpoint } = create(() => 0.5)
    endpoint.failed()
    await clock.advance(60 * MINUTE_MS - 1)
    endpoint.failed()
    expect(endpoint.waitMs).toBeLessThanOrEqual(10_000)
    await clock.advance(1)
    endpoint.failed()
    expect(endpoint.waitMs).toBe(15.75 * MINUTE_MS)

    const other = create()
    other.endpoint.asked(1000)
    await other.clock.advance(60 * MINUTE_MS)
    other.endpoint.failed()
    expect(other.endpoint.waitMs).toBe(500)
  })

  it('a device that is on a network again waits for what it guessed itself no longer than a backoff', async () => {
    const { clock, endpoint } = create(() => 0.5)
    endpoint.failed()
    await clock.advance(60 * MINUTE_MS)
    endpoint.failed()
    endpoint.offline()
    endpoint.online()
    expect(endpoint.waitMs).toBe(5000)
    endpoint.failed()
    expect(endpoint.waitMs).toBeLessThanOrEqual(10_000)
    endpoint.asked(600_000)
    endpoint.online()
    expect(endpoint.waitMs).toBe(630_000)
  })

  it('one that takes nothing 16 times in a row is left alone for a minute, then up to 15', () => {
    const { endpoint } = create(() => 0)
    const waits = Array.from({ length: 22 }, () => {
      endpoint.tookNothing()
      return endpoint.waitMs / MINUTE_MS
    })
    expect(waits.slice(0, 15)).toEqual(Array(15).fill(0))
    expect(waits.slice(15)).toEqual([1, 2, 4, 8, 15, 15, 15])
    endpoint.accepted()
    endpoint.tookNothing()
    expect(endpoint.waitMs).toBe(0)
  })

  it('no pause is longer than 15 min and a tenth', async () => {
    const { clock, endpoint } = create()
    const most = 16.5 * MINUTE_MS + 1 // rounded
    for (let failure = 0; failure < 300; failure++) {
      endpoint.failed()
      expect(endpoint.waitMs).toBeLessThanOrEqual(most)
      await clock.advance(failure < 5 ? MINUTE_MS : 15 * MINUTE_MS)
      endpoint.refused()
      expect(endpoint.waitMs).toBeLessThanOrEqual(most)
      expect(endpoint.laterMs(failure)).toBeLessThanOrEqual(most)
    }
  })

  it('the backlog is not slowed down after a short failure', async () => {
    const { clock, endpoint } = create()
    endpoint.failed()
    await clock.advance(9999)
    endpoint.accepted()
    expect(endpoint.gapMs(65_536, false)).toBe(0)
    expect(endpoint.gapMs(65_536, true)).toBe(1000)
    endpoint.failed()
    await clock.advance(10_000)
    endpoint.accepted()
    expect(endpoint.gapMs(65_536, true)).toBe(7500)
  })
})
