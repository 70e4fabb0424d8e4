// Where a socket goes and what it shows at the door: a browser's socket carries no headers, and addresses are logged.

export interface SocketAddress {
  /** Without the key. */
  readonly href: string
  /** As an error may say it. */
  readonly place: string
  /** Of `?key=`; empty where there is none. */
  readonly key: string
}

/** From an absolute `http(s)` or `ws(s)` address. */
export function readSocketAddress(url: string): SocketAddress {
  const address = new URL(url)
  address.protocol = address.protocol.replace('http', 'ws')
  address.hash = '' // a WebSocket refuses to open one
  const key = address.searchParams.get('key') ?? ''
  if (address.searchParams.has('key')) address.searchParams.delete('key')
  return { href: address.href, place: address.origin + address.pathname, key }
}

/** The token of `Authorization: Bearer`; empty where there is none. */
export function readBearer(headers: Readonly<Record<string, string>>): string {
  const own = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')
  return /^\s*bearer\s+(\S+)\s*$/i.exec(own?.[1] ?? '')?.[1] ?? ''
}
