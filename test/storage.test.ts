import { afterEach, describe, expect, it, vi } from 'vitest'
import { createDisk } from '../workers/disk.ts'
import type { StorageLike, StorageParts } from '../workers/storage.ts'
import { createStorage, databaseName, ownerOf } from '../workers/storage.ts'
import { createFakeClock } from './fake-clock.ts'
import { PROFILE, record } from './stores.ts'

afterEach(() => void vi.restoreAllMocks())

const MEBIBYTE = 1_048_576
let count = 0

async function create(
  storage: StorageLike | undefined,
  options: Partial<StorageParts['options']> = {},
) {
  const clock = createFakeClock()
  const dropped: unknown[] = []
  const { depot, disk } = createStorage({
    options: {
      maxBytes: 20 * MEBIBYTE,
      maxItems: 20_000,
      maxAge: 1,
      backlogBytesPerSec: 1,
      storage: 'auto',
      ...options,
    },
    database: `storage-${count++}`,
    producers: ['p1', 'p1.w0'],
    clock,
    newId: () => `b${count++}`,
    createDisk,
    storage,
    onDisk() {},
    onSafe() {},
    onDropped: (reason, lost) => dropped.push([reason, lost]),
  })
  await depot.enroll(PROFILE, null)
  await clock.advance(500)
  let seq = 0
  /** Priority 0, of which all the room may be full: 64 KB each. Returns the bytes that are held then. */
  const fill = async (mebibytes: number): Promise<number> => {
    for (let each = 0; each < mebibytes * 2; each++) {
      await depot.append(Array.from({ length: 8 }, () => record(seq++, 0, 65_536)))
    }
    return (await depot.census()).bytes / MEBIBYTE
  }
  return { clock, depot, disk, dropped, fill }
}

const estimating = (quota: number, usage: number): StorageLike => ({
  estimate: async () => ({ quota: quota * MEBIBYTE, usage: usage * MEBIBYTE }),
})

describe('the bound of what is stored', () => {
  it.each<[string, StorageLike | undefined, optionMebibytes: number, boundMebibytes: number]>([
    ['is the option where there is room', estimating(1000, 0), 3, 3],
    ['is a tenth of what the browser has left', estimating(60, 20), 20, 4],
    ['is never below 2 MiB', estimating(20, 19), 20, 2],
    ['is never below 2 MiB where more is used than there is', estimating(20, 30), 20, 2],
    ['is the option where it is less than 2 MiB', estimating(20, 19), 1, 1],
    ['is the option where there is no estimate', undefined, 3, 3],
    ['is the option where the browser has no such method', {}, 3, 3],
    ['is the option where the estimate says nothing', { estimate: async () => ({}) }, 3, 3],
    [
      'is the option where it is refused',
      { estimate: () => Promise.reject(new Error('no')) },
      3,
      3,
    ],
    ['is the option where it hangs', { estimate: () => new Promise(() => {}) }, 3, 3],
    [
      'is the option where it throws',
      {
        estimate() {
          throw new TypeError('Illegal invocation')
        },
      },
      3,
      3,
    ],
  ])('%s', async (_, storage, option, bound) => {
    const { fill } = await create(storage, { maxBytes: option * MEBIBYTE })
    const held = await fill(bound + 1)
    expect(held).toBeLessThanOrEqual(bound)
    expect(held).toBeGreaterThan(bound - 0.1)
  })

  it('an estimate that comes late changes nothing', async () => {
    let answer: (estimate: { quota: number; usage: number }) => void = () => {}
    const storage = {
      estimate: () =>
        new Promise<{ quota: number; usage: number }>((resolve) => (answer = resolve)),
    }
    const { clock, fill } = await create(storage, { maxBytes: 3 * MEBIBYTE })
    answer({ quota: 1, usage: 0 })
    await clock.advance(0)
    expect(await fill(4)).toBeGreaterThan(2.9)
  })
})

describe('the storage', () => {
  it("`storage: 'memory'` stores nothing on the disk, and holds 2 MiB", async () => {
    const open = vi.spyOn(indexedDB, 'open')
    const { depot, disk, fill, dropped } = await create(undefined, { storage: 'memory' })
    expect(disk).toBeNull()
    expect(await fill(3)).toBeLessThanOrEqual(2)
    expect(depot.mode).toBe('memory')
    expect(open).not.toHaveBeenCalled()
    expect(new Set(dropped.map((drop) => String(drop)))).toEqual(new Set(['evicted,1']))
  })

  it('otherwise it is on the disk', async () => {
    const { depot, disk, fill } = await create(undefined)
    await fill(1)
    expect(depot.mode).toBe('indexeddb')
    expect(await disk?.size()).toBe(16)
  })
})

describe('the name of a database', () => {
  it.each([
    ['https://stats.example/ingest', 'https://stats.example/ingest'],
    ['https://stats.example/ingest?token=1#a', 'https://stats.example/ingest'],
    ['https://stats.example:8443/', 'https://stats.example:8443/'],
    ['https://STATS.example/Ingest', 'https://stats.example/Ingest'],
    ['wss://stats.example/ingest', 'https://stats.example/ingest'],
    ['ws://stats.example/ws', 'http://stats.example/ws'],
  ])('of %s is by origin and path alone', (url, endpoint) => {
    expect(databaseName(url)).toBe(`webrtc-stats-exporter:${endpoint}`)
  })
})

describe('the owner', () => {
  it('is the same in each page load', () => {
    // As a constant: another one would never send what lies on the disks of today's users.
    expect(ownerOf('anna@example.com', 'db')).toBe('db0o2dum98u8')
  })

  it('differs by user and by endpoint, and does not contain the user', () => {
    const owners = [
      ownerOf('anna', 'db'),
      ownerOf('bert', 'db'),
      ownerOf('anna', 'other'),
      ownerOf('', 'db'),
    ]
    expect(new Set(owners).size).toBe(4)
    expect(owners.join(' ')).not.toMatch(/anna|bert/)
  })

  it('of nobody is null', () => {
    expect(ownerOf(null, 'db')).toBeNull()
  })
})
