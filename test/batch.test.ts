import { describe, expect, it } from 'vitest'
import { Batcher } from '../workers/batch.ts'
import type { FlushReason } from '../workers/batch.ts'
import { createFakeClock } from './fake-clock.ts'
import { record } from './stores.ts'

interface Sealed {
  reason: FlushReason
  count: number
  atMs: number
}

/** A batcher over a store that has exactly what the batcher was told of. A batch holds `fitting` of them. */
function create(limits = { maxItems: 4, maxBytes: 10_000, maxAgeMs: 5000 }, fitting = 4) {
  const clock = createFakeClock()
  const start = clock.now()
  const sealed: Sealed[] = []
  let stored = 0
  let isHeld = false
  const batcher = new Batcher({
    clock,
    limits,
    async seal(reason) {
      const count = Math.min(stored, fitting)
      stored -= count
      if (count > 0) sealed.push({ reason, count, atMs: clock.now() - start })
      return count
    },
    isHeld: () => isHeld,
  })
  const add = (...records: ReturnType<typeof record>[]): void => {
    stored += records.length
    batcher.add(records)
  }
  return {
    clock,
    batcher,
    sealed,
    add,
    lose: () => (stored = 0),
    hold: (held: boolean) => (isHeld = held),
  }
}

const some = (count: number, padding = 0) =>
  Array.from({ length: count }, (_, seq) => record(seq, 1, padding))

describe('batch', () => {
  it('is sealed by count as soon as so many items wait, and the rest waits on', async () => {
    const { clock, sealed, add } = create()
    add(...some(9))
    await clock.advance(0)
    expect(sealed.map(({ reason, count }) => [reason, count])).toEqual([
      ['count', 4],
      ['count', 4],
    ])
    await clock.advance(5000)
    expect(sealed[2]).toEqual({ reason: 'age', count: 1, atMs: 5000 })
  })

  it('that is held waits, for newer items may take the place of these, until it may go', async () => {
    const { clock, sealed, add, hold } = create()
    hold(true)
    add(...some(9))
    await clock.advance(60_000)
    expect(sealed).toEqual([])
    hold(false)
    await clock.advance(5000)
    expect(sealed.map(({ count }) => count)).toEqual([4, 4, 1])
  })

  it('that is held is sealed for who asks', async () => {
    const { batcher, sealed, add, hold } = create()
    hold(true)
    add(...some(2))
    await batcher.flush('flush')
    expect(sealed).toMatchObject([{ reason: 'flush', count: 2 }])
  })

  it('is sealed by bytes', async () => {
    const { clock, sealed, add } = create()
    add(...some(2, 6000))
    await clock.advance(0)
    expect(sealed).toMatchObject([{ reason: 'bytes', count: 2 }])
  })

  it('is sealed by age, counted from the oldest item', async () => {
    const { clock, sealed, add } = create()
    add(...some(1))
    await clock.advance(3000)
    add(...some(1))
    await clock.advance(1999)
    expect(sealed).toEqual([])
    await clock.advance(1)
    expect(sealed).toEqual([{ reason: 'age', count: 2, atMs: 5000 }])
  })

  it('is not followed by one of what is left and younger: that waits for its own age', async () => {
    const { clock, sealed, add } = create(undefined, 2)
    for (let poll = 0; poll < 7; poll++) {
      add(...some(1))
      await clock.advance(2000)
    }
    expect(sealed).toEqual([
      { reason: 'age', count: 2, atMs: 5000 },
      { reason: 'age', count: 2, atMs: 9000 },
      { reason: 'age', count: 2, atMs: 13_000 },
    ])
  })

  it('a flush seals what waits, and an empty one seals nothing', async () => {
    const { batcher, sealed, add } = create()
    await batcher.flush('flush')
    expect(sealed).toEqual([])
    add(...some(1))
    await batcher.flush('destroy')
    expect(sealed).toMatchObject([{ reason: 'destroy', count: 1 }])
  })

  it('what left the store by another way is not waited for', async () => {
    const { clock, sealed, add, lose } = create()
    add(...some(3))
    lose()
    await clock.advance(60_000)
    add(...some(1))
    await clock.advance(4999)
    expect(sealed).toEqual([])
    await clock.advance(1)
    expect(sealed).toMatchObject([{ reason: 'age', count: 1 }])
  })
})
