// Whom limits are counted for, and where that is: of the address itself nothing is kept or written.
import type { IncomingMessage } from 'node:http'
import type { Location } from '../facts.ts'
import type { AddressOf } from './address.ts'

export interface Source {
  /** Null where nobody can say. */
  readonly network: string | null
  readonly location: Location
}

export type SourceOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => Source

/** By the connection, or by what a trusted proxy says of it. */
export function createSourceOf(
  addressOf: AddressOf,
  locate: (address: string | null) => Location,
): SourceOf {
  return ({ headers, socket }) => {
    const forwardedFor = headers['x-forwarded-for']
    const address = addressOf(socket.remoteAddress, forwardedFor?.toString() ?? null)
    return { network: networkOf(address), location: locate(address) }
  }
}

/** An IPv4 address, or the first half of an IPv6 one: the other half is its owner's to change as he likes. */
export function networkOf(address: string | null | undefined): string | null {
  if (!address) return null
  // https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::', 2)
  const groups = head === '' ? [] : head.split(':')
  const last = tail ? tail.split(':') : []
  while (tail !== undefined && groups.length + last.length < 8) groups.push('0')
  return `${[...groups, ...last].slice(0, 4).join(':')}::/64`
}
