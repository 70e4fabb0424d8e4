// Where an address is, by the operator's own MMDB files. The address itself is kept and logged nowhere.
import { watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { Reader } from 'maxmind'
import type { AsnResponse, CityResponse, Response } from 'maxmind'
import { NOWHERE } from '../facts.ts'
import type { Location } from '../facts.ts'

export interface LocatorOptions {
  /** Path of a file with cities: GeoLite2-City, GeoIP2-City, ... @default none: no city and no country */
  readonly cityDb?: string
  /** Path of a file with networks: GeoLite2-ASN, ... @default none: no organization */
  readonly asnDb?: string
  /** Gets a line where a file that changed cannot be used. @default nobody */
  readonly log?: (line: string) => void
}

export type Locate = (address: string | null) => Location

/** Calls back when the file is another one. */
export type Watch = (path: string, onChange: () => void) => void

/** A copy that is under way is seen again, when it is done. */
const LOOK_MS = 5000

/** Looks for a new file from time to time, and keeps no process alive for it. */
export const watchEvery =
  (lookMs: number): Watch =>
  (path, onChange) => {
    watchFile(path, { persistent: false, interval: lookMs }, onChange)
  }

/** Rejects where a file cannot be used. One that changes later is read again; until that works the old one holds. */
export async function openLocator(
  { cityDb, asnDb, log = () => {} }: LocatorOptions,
  watch: Watch = watchEvery(LOOK_MS),
): Promise<Locate> {
  const findCity = await openDatabase<CityResponse>('cityDb', cityDb, log, watch)
  const findNetwork = await openDatabase<AsnResponse>('asnDb', asnDb, log, watch)
  return (address) => {
    if (address === null || isIP(address) === 0) return NOWHERE
    const place = findCity(address)
    return {
      city: textOf(place?.city?.names?.en),
      country: textOf(place?.country?.names?.en),
      organization: textOf(findNetwork(address)?.autonomous_system_organization),
    }
  }
}

type Find<Entry> = (address: string) => Entry | null

async function openDatabase<Entry extends Response>(
  option: string,
  path: string | undefined,
  log: (line: string) => void,
  watch: Watch,
): Promise<Find<Entry>> {
  if (path === undefined) return () => null
  let reader = await readDatabase<Entry>(option, path)
  let looks = 0
  watch(path, async () => {
    const look = ++looks
    try {
      const next = await readDatabase<Entry>(option, path)
      // What was read later may be there earlier.
      if (look === looks) reader = next
    } catch (error) {
      log(`${(error as Error).message} The one before holds.`)
    }
  })
  return (address) => {
    // A tree for IPv4 would be walked with the first bits of an IPv6 address.
    if (reader.metadata.ipVersion === 4 && isIP(address) === 6) return null
    try {
      return reader.get(address)
    } catch {
      // The entry is broken, whatever the library says of it.
      return null
    }
  }
}

/** The name, not the text of the failure: that repeats the path, and bytes of the file. */
async function readDatabase<Entry extends Response>(
  option: string,
  path: string,
): Promise<Reader<Entry>> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`${option}: cannot read ${path} (${cause.code ?? cause.name}).`, { cause })
  })
  try {
    const reader = new Reader<Entry>(bytes)
    const { ipVersion, searchTreeSize } = reader.metadata
    if ((ipVersion === 4 || ipVersion === 6) && searchTreeSize < bytes.length) return reader
  } catch (cause) {
    throw new Error(noDatabase(option, path), { cause })
  }
  throw new Error(noDatabase(option, path))
}

function noDatabase(option: string, path: string): string {
  return `${option}: expected an MMDB file, got something else or a part of one in ${path}.`
}

/** The type is the library's promise; the file is somebody else's. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
