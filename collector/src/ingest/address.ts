// Where a connection came from: the source address, through the proxies that are trusted to tell it.
import { BlockList, isIP } from 'node:net'

/**
 * Told by the remote end of the connection and the `X-Forwarded-For` header. Null where it cannot be known: a trusted
 * proxy that wrote no address there is not the client, and the place of the proxy would be a wrong one.
 */
export type AddressOf = (remote: string | undefined, forwardedFor: string | null) => string | null

/** `trustedProxies`: addresses, or ranges as `10.0.0.0/8`. Anybody else can write into the header what they like. */
export function createAddressOf(trustedProxies: readonly string[]): AddressOf {
  const trusted = new BlockList()
  for (const range of trustedProxies) addRange(trusted, range)
  const isTrusted = (address: string): boolean =>
    trustedProxies.length > 0 && trusted.check(address, familyOf(address))

  return (remote, forwardedFor) => {
    let address = addressIn(remote ?? '')
    // Each proxy appends whom it was reached by: the last one that nobody vouches for is the client.
    const hops = forwardedFor?.trim() ? forwardedFor.split(',') : []
    while (address !== null && isTrusted(address)) {
      const hop = hops.pop()
      if (hop === undefined) return address
      address = addressIn(hop)
    }
    return address
  }
}

function addRange(list: BlockList, range: string): void {
  const [, written = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(range) ?? []
  const address = isIP(written) ? addressIn(written) : null
  const bits = address === null ? 0 : isIP(address) === 4 ? 32 : 128
  // A range of mapped addresses would be one of IPv4 with another prefix.
  const isMapped = address !== null && isIP(written) !== isIP(address)
  if (address === null || Number(prefix ?? 0) > bits || (isMapped && prefix !== undefined)) {
    throw new TypeError(
      `trustedProxies: expected addresses or ranges like 10.0.0.0/8, got '${range}'`,
    )
  }
  list.addSubnet(address, Number(prefix ?? bits), familyOf(address))
}

/** Without port, brackets and zone, in one spelling; null where it is none. */
function addressIn(written: string): string | null {
  const [, bracketed, withPort] =
    /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(written.trim()) ?? []
  const address = (bracketed ?? withPort ?? written.trim()).replace(/%[^]*$/, '')
  switch (isIP(address)) {
    case 4:
      return address
    case 6:
      return unmapped(new URL(`http://[${address}]`).hostname.slice(1, -1))
    default:
      return null
  }
}

/** A socket for both families has IPv4 clients as `::ffff:192.0.2.1`, which `URL` spells `::ffff:c000:201`. */
function unmapped(address: string): string {
  const [, high, low] = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(address) ?? []
  if (high === undefined || low === undefined) return address
  return [high, low]
    .map((word) => Number.parseInt(word, 16))
    .flatMap((word) => [word >> 8, word & 255])
    .join('.')
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}
