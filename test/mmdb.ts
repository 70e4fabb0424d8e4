// Writes MMDB files for tests: what MaxMind's format needs, and no more (https://maxmind.github.io/MaxMind-DB/).
import { isIP } from 'node:net'

type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value }

export interface Network {
  /** `192.0.2.0/24`, `2001:db8::/32`; no network may lie within another one. */
  readonly range: string
  readonly entry: Value
}

export interface MmdbOptions {
  /** 4 has no room for IPv6. @default 6 */
  readonly ipVersion?: 4 | 6
  /** Bits of a record, two of which are a node. @default 24 */
  readonly recordSize?: 24 | 32
  /** @default 'Test' */
  readonly type?: string
}

/** A side of a node: another node, an entry by its offset, or nothing. */
type Side = { node: number } | { offset: number } | null

const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')
const SEPARATOR = Buffer.alloc(16)

/** The bytes of a database. Each network has an entry of its own, equal or not. */
export function writeMmdb(networks: readonly Network[], options: MmdbOptions = {}): Buffer {
  const { ipVersion = 6, recordSize = 24, type = 'Test' } = options
  const tree: [Side, Side][] = [[null, null]]
  const entries: Buffer[] = []
  let offset = 0
  for (const { range, entry } of networks) {
    place(tree, bitsOf(range, ipVersion), offset)
    const bytes = encode(entry)
    entries.push(bytes)
    offset += bytes.length
  }
  const recordOf = (side: Side): number => {
    if (side === null) return tree.length
    return 'node' in side ? side.node : tree.length + SEPARATOR.length + side.offset
  }
  const nodes = tree.flat().map((side) => bigEndian(recordOf(side), recordSize / 8))
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: type,
    description: { en: 'Made up' },
    ip_version: ipVersion,
    languages: ['en'],
    node_count: tree.length,
    record_size: recordSize,
  })
  return Buffer.concat([...nodes, SEPARATOR, ...entries, METADATA_MARKER, metadata])
}

/** Goes down the tree bit by bit, growing it, and leaves the entry at the last one. */
function place(tree: [Side, Side][], bits: readonly (0 | 1)[], offset: number): void {
  let at = 0
  for (const [depth, bit] of bits.entries()) {
    const node = tree[at]
    const next = node?.[bit]
    if (!node) throw new Error('no such node')
    if (depth === bits.length - 1) {
      if (next) throw new Error('a network lies within another one')
      node[bit] = { offset }
    } else if (next && 'node' in next) {
      at = next.node
    } else {
      if (next) throw new Error('a network lies within another one')
      at = tree.push([null, null]) - 1
      node[bit] = { node: at }
    }
  }
}

/** In a tree for IPv6, IPv4 lies under 96 zeros. */
function bitsOf(range: string, ipVersion: 4 | 6): (0 | 1)[] {
  const [address = '', prefix = ''] = range.split('/')
  const isV4 = isIP(address) === 4
  if (!isV4 && ipVersion === 4) throw new Error(`no room for ${range}`)
  const bits = [...bytesOf(address, isV4)]
    .flatMap((byte) => [...byte.toString(2).padStart(8, '0')])
    .map((bit) => (bit === '1' ? 1 : 0))
    .slice(0, Number(prefix))
  return isV4 && ipVersion === 6 ? [...Array.from({ length: 96 }, () => 0 as const), ...bits] : bits
}

function bytesOf(address: string, isV4: boolean): Buffer {
  if (isV4) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail = ''] = address.split('::')
  const words = (part: string): string[] => (part === '' ? [] : part.split(':'))
  const zeros = 8 - words(head).length - words(tail).length
  const all = [...words(head), ...Array.from({ length: zeros }, () => '0'), ...words(tail)]
  return Buffer.from(all.map((word) => word.padStart(4, '0')).join(''), 'hex')
}

const TYPES = { string: 2, uint32: 6, map: 7, array: 11, boolean: 14 }

/** A control byte (type and size), then the bytes. Sizes over 284 have no user here. */
function encode(value: Value): Buffer {
  switch (typeof value) {
    case 'string': {
      const text = Buffer.from(value)
      return Buffer.concat([control(TYPES.string, text.length), text])
    }
    case 'number':
      return Buffer.concat([control(TYPES.uint32, 4), bigEndian(value, 4)])
    case 'boolean':
      return control(TYPES.boolean, Number(value))
    default: {
      if (Array.isArray(value)) {
        return Buffer.concat([control(TYPES.array, value.length), ...value.map(encode)])
      }
      const members = Object.entries(value)
      const parts = members.flatMap(([name, each]) => [encode(name), encode(each)])
      return Buffer.concat([control(TYPES.map, members.length), ...parts])
    }
  }
}

/** Types over 7 stand in a byte of their own, less 7. */
function control(type: number, size: number): Buffer {
  if (size > 284) throw new Error('too long')
  const first = ((type > 7 ? 0 : type) << 5) | Math.min(size, 29)
  return Buffer.from([first, ...(type > 7 ? [type - 7] : []), ...(size >= 29 ? [size - 29] : [])])
}

function bigEndian(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUIntBE(value, 0, bytes)
  return buffer
}
