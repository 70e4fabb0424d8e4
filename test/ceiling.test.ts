import { describe, expect, it } from 'vitest'
import { Ceiling } from '../workers/ceiling.ts'
import { createFakeClock } from './fake-clock.ts'

describe('ceiling', () => {
  it('nothing is too large until something was refused', () => {
    const ceiling = new Ceiling(createFakeClock())
    expect(ceiling.batchBytes).toBe(Infinity)
    expect(ceiling.isTooLarge(1e9, 100)).toBe(false)
    expect(ceiling.isTooLarge(1e9, 1)).toBe(false)
  })

  it('half of the least that was refused, or the most that was accepted, is what a batch may have', () => {
    const ceiling = new Ceiling(createFakeClock())
    ceiling.refused(1000)
    ceiling.refused(1200)
    expect(ceiling.batchBytes).toBe(500)
    ceiling.accepted(700)
    ceiling.accepted(300)
    expect(ceiling.batchBytes).toBe(700)
    expect([700, 701].map((bytes) => ceiling.isTooLarge(bytes, 2))).toEqual([false, true])
  })

  it('one item alone is tried until one of its size was refused', () => {
    const ceiling = new Ceiling(createFakeClock())
    ceiling.refused(1000)
    expect([999, 1000].map((bytes) => ceiling.isTooLarge(bytes, 1))).toEqual([false, true])
  })

  it('a server that takes more than it refused before has grown', () => {
    const ceiling = new Ceiling(createFakeClock())
    ceiling.refused(1000)
    ceiling.accepted(1000)
    expect(ceiling.batchBytes).toBe(Infinity)
  })

  it('a server that refuses what it took before has shrunk', () => {
    const ceiling = new Ceiling(createFakeClock())
    ceiling.accepted(1000)
    ceiling.refused(900)
    expect(ceiling.batchBytes).toBe(450)
  })

  it('what was learnt counts for an hour: then the server is asked anew', async () => {
    const clock = createFakeClock()
    const ceiling = new Ceiling(clock)
    await clock.advance(10 * 3_600_000)
    ceiling.refused(1000)
    await clock.advance(3_599_999)
    ceiling.refused(900)
    expect(ceiling.isTooLarge(1000, 1)).toBe(true)
    await clock.advance(1)
    expect(ceiling.isTooLarge(1000, 1)).toBe(false)
    expect(ceiling.batchBytes).toBe(Infinity)
    ceiling.refused(1000)
    expect(ceiling.batchBytes).toBe(500)
  })
})
