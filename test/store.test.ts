import { describe, expect, it } from 'vitest'
import { createFakeClock } from './fake-clock.ts'
import { STORES } from './stores.ts'
import { createDisk } from '../workers/disk.ts'

describe.each(Object.entries(STORES))('store: %s', (mode, create) => {
  it('says what it is', async () => {
    expect(create().mode).toBe(mode)
  })

  it('lists what is under a prefix in the order of the keys: numbers as numbers', async () => {
    const store = create()
    await store.write(async (transaction) => {
      for (const seq of [10, 9, 100, 1]) transaction.put(['i', 'p1', 1, seq], seq)
      transaction.put(['i', 'p1', 0, 50], 50)
      transaction.put(['i', 'p10', 0, 7], 7)
      transaction.put(['i'], 'short')
      transaction.put(['b', 'p1', 0, 7], 'batch')
    })
    const values = await store.read(async (transaction) =>
      (await transaction.list(['i', 'p1'])).map(({ value }) => value),
    )
    expect(values).toEqual([50, 1, 9, 10, 100])
    expect(await store.read((transaction) => transaction.keys(['i', 'p1'], 2))).toEqual([
      ['i', 'p1', 0, 50],
      ['i', 'p1', 1, 1],
    ])
  })

  it('work that throws leaves nothing behind', async () => {
    const store = create()
    const failing = store.write(async (transaction) => {
      transaction.put(['a', 1], 1)
      await transaction.get(['a', 1])
      throw new Error('half way')
    })
    await expect(failing).rejects.toThrow('half way')
    expect(await store.read((transaction) => transaction.get(['a', 1]))).toBeUndefined()
  })

  it('clears what is under a prefix, and nothing else', async () => {
    const store = create()
    await store.write(async (transaction) => {
      transaction.put(['a', 'x', 1], 1)
      transaction.put(['a', 'y', 1], 2)
      transaction.clear(['a', 'x'])
    })
    expect(await store.read((transaction) => transaction.keys(['a']))).toEqual([['a', 'y', 1]])
  })

  it('two transactions that change one row both count', async () => {
    const store = create()
    const increment = (): Promise<void> =>
      store.write(async (transaction) => {
        const value = (await transaction.get<number>(['n'])) ?? 0
        transaction.put(['n'], value + 1)
      })
    await Promise.all(Array.from({ length: 20 }, increment))
    expect(await store.read((transaction) => transaction.get(['n']))).toBe(20)
  })
})

describe('opening the store', () => {
  it('an IndexedDB that never answers is given up after 4 s', async () => {
    const clock = createFakeClock()
    const real = indexedDB.open
    indexedDB.open = () => ({}) as IDBOpenDBRequest
    const opening = createDisk('hangs', clock)
      .read(async () => {})
      .catch((error: unknown) => error)
    await clock.advance(4000)
    indexedDB.open = real
    expect(await opening).toEqual(new Error('IndexedDB did not open within 4000 ms'))
  })
})
