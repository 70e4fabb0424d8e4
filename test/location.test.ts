// Tells where an address is, by databases made here: documentation ranges, and places that are made up.
import { unwatchFile } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openLocator, watchEvery } from '../collector/src/ingest/location.ts'
import type { Watch } from '../collector/src/ingest/location.ts'
import { writeMmdb } from './mmdb.ts'
import type { MmdbOptions } from './mmdb.ts'

const NOWHERE = { city: null, country: null, organization: null }
const FROGTOWN = { city: 'Frogtown', country: 'Marshland', organization: null }

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'location-'))
})

afterAll(async () => rm(folder, { recursive: true }))

const placeOf = (city: string, country: string) => ({
  city: { names: { de: `${city} (de)`, en: city } },
  country: { iso_code: 'XX', names: { en: country } },
})

const cities = (options?: MmdbOptions, city = 'Frogtown'): Buffer =>
  writeMmdb(
    [
      { range: '192.0.2.0/25', entry: placeOf(city, 'Marshland') },
      { range: '192.0.2.128/25', entry: { country: { names: { en: 'Hillland' } } } },
      { range: '198.51.100.0/24', entry: { city: { names: { fr: 'Ville' } }, country: true } },
      { range: '203.0.113.7/32', entry: { city: { names: { en: ['no', 'text'] } } } },
      ...(options?.ipVersion === 4
        ? []
        : [{ range: '2001:db8::/32', entry: placeOf('Sixville', 'Marshland') }]),
    ],
    options,
  )

const networks = writeMmdb([
  {
    range: '192.0.2.0/24',
    entry: { autonomous_system_number: 64496, autonomous_system_organization: 'Frog Cable' },
  },
  { range: '2001:db8:1::/48', entry: { autonomous_system_organization: 'x'.repeat(200) } },
])

async function write(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

const nothingChanges: Watch = () => {}

describe('by both databases', () => {
  test('an address has a city, a country and an organization', async () => {
    const cityDb = await write('city.mmdb', cities())
    const asnDb = await write('asn.mmdb', networks)
    const locate = await openLocator({ cityDb, asnDb }, nothingChanges)
    const organization = 'Frog Cable'
    expect(locate('192.0.2.1')).toEqual({ ...FROGTOWN, organization })
    expect(locate('192.0.2.200')).toEqual({ city: null, country: 'Hillland', organization })
    expect(locate('2001:db8:1::9')).toEqual({
      city: 'Sixville',
      country: 'Marshland',
      organization: 'x'.repeat(200),
    })
    expect(locate('2001:db8:2::9').organization).toBe(null)
  })

  test('whatever has no entry, or no such text in it, is nowhere', async () => {
    const cityDb = await write('city.mmdb', cities())
    const asnDb = await write('asn.mmdb', networks)
    const locate = await openLocator({ cityDb, asnDb }, nothingChanges)
    const strangers = ['198.51.100.1', '203.0.113.7', '203.0.113.8', '::1', '2001:db9::1']
    for (const address of [...strangers, '', 'nonsense', '192.0.2', null]) {
      expect(locate(address)).toEqual(NOWHERE)
    }
  })
})

test('without databases everybody is nowhere', async () => {
  const locate = await openLocator({}, nothingChanges)
  expect(locate('192.0.2.1')).toEqual(NOWHERE)
})

test.each<[string, MmdbOptions]>([
  ['records of 32 bits', { recordSize: 32 }],
  ['IPv4 alone', { ipVersion: 4 }],
])('a database with %s is read', async (_, options) => {
  const cityDb = await write('other.mmdb', cities(options))
  const locate = await openLocator({ cityDb }, nothingChanges)
  expect(locate('192.0.2.1')).toEqual(FROGTOWN)
})

test('a database of IPv4 alone finds no IPv6 address, not one that begins alike', async () => {
  const cityDb = await write('four.mmdb', cities({ ipVersion: 4 }))
  const locate = await openLocator({ cityDb }, nothingChanges)
  expect(locate('c000:201::1')).toEqual(NOWHERE)
})

describe('a file that cannot be used', () => {
  test('is told at the start where it is missing', async () => {
    const path = join(folder, 'missing.mmdb')
    await expect(openLocator({ asnDb: path }, nothingChanges)).rejects.toThrow(
      `asnDb: cannot read ${path} (ENOENT).`,
    )
    await expect(openLocator({ cityDb: folder }, nothingChanges)).rejects.toThrow(
      `cityDb: cannot read ${folder} (EISDIR).`,
    )
  })

  test.each<[string, Uint8Array | string]>([
    ['is empty', ''],
    ['is text', 'not a database, whatever its name says. '.repeat(20)],
    ['is the beginning of one', cities().subarray(0, -40)],
    ['is the end of one', cities().subarray(-220)],
  ])('is told at the start where it %s', async (_, bytes) => {
    const path = await write('broken.mmdb', bytes)
    await expect(openLocator({ cityDb: path }, nothingChanges)).rejects.toThrow(
      `cityDb: expected an MMDB file, got something else or a part of one in ${path}.`,
    )
  })

  test('in some of its bytes leaves an address nowhere, and throws at nobody', async () => {
    const whole = cities()
    // The header of an entry's map, behind the separator.
    const at = whole.indexOf('city') - 2
    for (let byte = 0; byte < 256; byte++) {
      const bytes = Buffer.from(whole)
      bytes[at] = byte
      const cityDb = await write('damaged.mmdb', bytes)
      const locate = await openLocator({ cityDb }, nothingChanges)
      expect(Object.keys(locate('192.0.2.1'))).toEqual(['city', 'country', 'organization'])
    }
  })
})

describe('a file that changes', () => {
  test('is read again, and the old one holds until it can be', async () => {
    const lines: string[] = []
    let change = (): void => {}
    const cityDb = await write('changing.mmdb', cities())
    const locate = await openLocator({ cityDb, log: (line) => lines.push(line) }, (path, again) => {
      expect(path).toBe(cityDb)
      change = again
    })

    await write('changing.mmdb', cities().subarray(0, 100))
    change()
    await vi.waitFor(() => expect(lines).toHaveLength(1))
    expect(lines[0]).toBe(
      `cityDb: expected an MMDB file, got something else or a part of one in ${cityDb}. The one before holds.`,
    )
    expect(locate('192.0.2.1').city).toBe('Frogtown')

    await write('changing.mmdb', cities({}, 'Newtown'))
    change()
    await vi.waitFor(() => expect(locate('192.0.2.1').city).toBe('Newtown'))
    expect(lines).toHaveLength(1)
  })
  test('is found by looking at it, and that keeps no process alive', async () => {
    const cityDb = await write('watched.mmdb', cities())
    const locate = await openLocator({ cityDb }, watchEvery(10))
    expect(process.getActiveResourcesInfo()).not.toContain('StatWatcher')
    await vi.waitFor(async () => {
      // Anew each time: the first look only learns what is there.
      await write('watched.mmdb', cities({}, 'Newtown'))
      expect(locate('192.0.2.1').city).toBe('Newtown')
    })
    unwatchFile(cityDb)
  })
})
