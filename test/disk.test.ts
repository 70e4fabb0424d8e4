import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDisk } from '../workers/disk.ts'
import type { Store } from '../workers/store.ts'
import { createFakeClock } from './fake-clock.ts'
import type { FakeClock } from './fake-clock.ts'
import {
  deleteDatabase,
  failCommits,
  failPuts,
  hangOpen,
  holdStore,
  openRaw,
  refuseTransactions,
  throwAtPuts,
} from './idb-faults.ts'

let count = 0
let name: string
let clock: FakeClock
let disk: Store

beforeEach(() => {
  name = `disk-${count++}`
  clock = createFakeClock()
  disk = createDisk(name, clock)
})
afterEach(() => {
  vi.restoreAllMocks()
  disk.close()
})

const put = (key: number, value: unknown = key): Promise<void> =>
  disk.write(async (transaction) => transaction.put(['k', key], value))

const keys = async (): Promise<unknown[]> =>
  (await disk.read((transaction) => transaction.keys(['k']))).map((key) => key[1])

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

describe('opening', () => {
  it('is given up after 4 s, and what opens later is closed', async () => {
    const request = {} as IDBOpenDBRequest
    const open = vi.spyOn(indexedDB, 'open').mockReturnValue(request)
    const failure = failureOf(put(1))
    await clock.advance(3999)
    expect(await Promise.race([failure, 'waiting'])).toBe('waiting')
    await clock.advance(1)
    expect(await failure).toEqual(new Error('IndexedDB did not open within 4000 ms'))
    const close = vi.fn()
    Object.assign(request, { result: { close } })
    request.onsuccess?.(new Event('success'))
    await clock.advance(0)
    expect(close).toHaveBeenCalledOnce()
    open.mockRestore()
    await put(2)
    expect(await keys()).toEqual([2])
  })

  it('one that failed is tried again by the next transaction', async () => {
    hangOpen()
    const failure = failureOf(put(1))
    await clock.advance(4000)
    expect(await failure).toBeInstanceOf(Error)
    vi.restoreAllMocks()
    await put(1)
    expect(await keys()).toEqual([1])
  })

  it('never bumps the version', async () => {
    const open = vi.spyOn(indexedDB, 'open')
    await put(1)
    disk.close()
    await put(2)
    expect(open.mock.calls).toEqual([
      [name, 1],
      [name, 1],
    ])
    expect((await openRaw(name)).version).toBe(1)
  })

  it('without IndexedDB each transaction says so', async () => {
    vi.stubGlobal('indexedDB', undefined)
    const failure = await failureOf(put(1))
    vi.unstubAllGlobals()
    expect(failure).toEqual(new Error('this browser has no IndexedDB'))
  })

  it('one that throws is a failure as any other', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('refused', 'SecurityError')
    })
    expect(await failureOf(put(1))).toMatchObject({ name: 'SecurityError' })
  })
})

describe('a transaction', () => {
  it('asks for relaxed durability', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await put(1)
    expect(transaction).toHaveBeenCalledWith('queue', 'readwrite', { durability: 'relaxed' })
  })

  it('that does not end within 8 s is aborted, and the next one opens anew', async () => {
    await put(1)
    const release = await holdStore(name)
    const open = vi.spyOn(indexedDB, 'open')
    const abort = vi.spyOn(IDBTransaction.prototype, 'abort')
    const close = vi.spyOn(IDBDatabase.prototype, 'close')
    const failure = failureOf(put(2))
    await clock.advance(7999)
    expect(await Promise.race([failure, 'waiting'])).toBe('waiting')
    await clock.advance(1)
    expect(await failure).toEqual(new Error('a transaction did not end within 8000 ms'))
    expect(abort).toHaveBeenCalled()
    expect(close).toHaveBeenCalledOnce()
    expect(open).not.toHaveBeenCalled()
    release()
    await put(3)
    expect(open).toHaveBeenCalledOnce()
    expect(await keys()).toEqual([1, 3])
  })

  it.each(['InvalidStateError', 'UnknownError', 'AbortError'])(
    'that meets %s is tried once more on a new connection',
    async (error) => {
      await put(1)
      refuseTransactions(error, 1)
      const open = vi.spyOn(indexedDB, 'open')
      await put(2)
      expect(open).toHaveBeenCalledOnce()
      expect(await keys()).toEqual([1, 2])
    },
  )

  it('that is told in words that its connection is lost is tried once more', async () => {
    await put(1)
    const words = 'Connection to Indexed Database server lost. Refresh the page to try again'
    refuseTransactions('Error', 1, words)
    await put(2)
    expect(await keys()).toEqual([1, 2])
  })

  it('that fails again is not tried a third time', async () => {
    await put(1)
    refuseTransactions('UnknownError')
    expect(await failureOf(put(2))).toMatchObject({ name: 'UnknownError' })
    expect(IDBDatabase.prototype.transaction).toHaveBeenCalledTimes(2)
  })

  it('that fails for its own sake is not tried again', async () => {
    const work = vi.fn(async () => {
      throw new TypeError('its own')
    })
    expect(await failureOf(disk.write(work))).toEqual(new TypeError('its own'))
    expect(work).toHaveBeenCalledOnce()
  })

  it('several that lose one connection share the next one', async () => {
    await put(1)
    refuseTransactions('InvalidStateError', 3)
    const open = vi.spyOn(indexedDB, 'open')
    await Promise.all([put(2), put(3), put(4)])
    expect(open).toHaveBeenCalledOnce()
    expect(await keys()).toEqual([1, 2, 3, 4])
  })

  it('that is late on a lost connection does not close the next one', async () => {
    await put(1)
    let lose = (): void => {}
    const lost = new Promise<void>((resolve) => (lose = resolve))
    let attempts = 0
    const late = disk.write(async () => {
      if (attempts++ > 0) return
      await lost
      throw new DOMException('lost', 'InvalidStateError')
    })
    await clock.advance(0)
    refuseTransactions('InvalidStateError', 1)
    await put(2)
    const open = vi.spyOn(indexedDB, 'open')
    lose()
    await late
    expect(attempts).toBe(2)
    expect(open).not.toHaveBeenCalled()
  })

  it.each([
    ['its request', failPuts],
    ['its commit', failCommits],
  ])('that fails with %s says why', async (_, fail) => {
    await put(1)
    fail('QuotaExceededError')
    const both = disk.write(async (transaction) => {
      transaction.put(['k', 2], 2)
      transaction.put(['k', 3], 3)
    })
    expect(await failureOf(both)).toMatchObject({ name: 'QuotaExceededError' })
    vi.restoreAllMocks()
    expect(await keys()).toEqual([1])
  })

  it('whose put fails while it reads on says why', async () => {
    await put(1)
    failPuts('QuotaExceededError')
    const mixed = disk.write(async (transaction) => {
      transaction.put(['k', 2], 2)
      await transaction.get(['k', 1])
      await transaction.list(['k'])
    })
    expect(await failureOf(mixed)).toMatchObject({ name: 'QuotaExceededError' })
    vi.restoreAllMocks()
    expect(await keys()).toEqual([1])
  })

  it('with a value that cannot be cloned leaves nothing behind', async () => {
    await put(1)
    throwAtPuts((key) => (key as number[])[1] === 3)
    const both = disk.write(async (transaction) => {
      transaction.put(['k', 2], 2)
      transaction.put(['k', 3], 3)
    })
    expect(await failureOf(both)).toMatchObject({ name: 'DataCloneError' })
    vi.restoreAllMocks()
    expect(await keys()).toEqual([1])
  })

  it('that is aborted leaves no rejection that nobody handles', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    await put(1)
    vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(() => {
      throw new DOMException('inactive', 'TransactionInactiveError')
    })
    const failing = disk.write(async (transaction) => {
      await transaction.list(['k'])
    })
    expect(await failureOf(failing)).toMatchObject({ name: 'TransactionInactiveError' })
    await clock.advance(0)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})

describe('a database that somebody deletes', () => {
  it('is let go at once, and the next write makes it anew', async () => {
    await put(1)
    await deleteDatabase(name)
    await put(2)
    expect(await keys()).toEqual([2])
  })

  it('is let go while transactions are under way: they end, or are done again', async () => {
    await put(1)
    const writes = [put(2), put(3)]
    const deleted = deleteDatabase(name)
    await Promise.all([...writes, deleted])
    await put(4)
    expect(await keys()).toContain(4)
  })

  it('a connection that the browser has closed is opened again', async () => {
    const opened: IDBDatabase[] = []
    const real = IDBDatabase.prototype.transaction
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
      this: IDBDatabase,
      ...args: Parameters<typeof real>
    ) {
      opened.push(this)
      return real.apply(this, args)
    })
    await put(1)
    opened[0]?.onclose?.(new Event('close'))
    await put(2)
    expect(new Set(opened).size).toBe(2)
    expect(await keys()).toEqual([1, 2])
  })
})
