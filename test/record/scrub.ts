// Takes out of a recording what identifies a machine, with the pseudonyms of the worker.
import type { Stat } from '../../src/stats.ts'
import { createRedactor } from '../../workers/redact.ts'
import type { Recorded } from './series.ts'

/** The worker would write one of the same length, at half a kilobyte a poll. */
const CERTIFICATE = 'REDACTED'

/**
 * One item for all of it, so that a value that is found anywhere has its one pseudonym everywhere. `key` has 16 bytes
 * and is thrown away.
 */
export function scrub({ userAgent, events, peerConnections }: Recorded, key: Uint8Array): Recorded {
  const switches = {
    addresses: true,
    ufrags: true,
    certificates: true,
    deviceLabels: true,
    user: true,
  }
  const connections = peerConnections.map(({ pcId, polls }) => ({
    pcId,
    polls: polls.map((poll) => ({ ...poll, report: poll.report.map(shorten) })),
  }))
  const item = createRedactor(switches, key).item({
    event: 'stats',
    tag: 'stats',
    peerId: null,
    peerName: null,
    pcId: null,
    seq: 0,
    timestamp: '',
    interval: 1000,
    data: { events, peerConnections: connections },
  })
  return { userAgent, ...(item.data as Omit<Recorded, 'userAgent'>) } // the redactor keeps the shape
}

function shorten(stat: Stat): Stat {
  const { base64Certificate, url } = stat
  return {
    ...stat,
    ...(base64Certificate !== undefined && { base64Certificate: CERTIFICATE }),
    ...(typeof url === 'string' && { url: withoutHost(url) }),
  }
}

/** `<scheme>:<host>[:<port>][?transport=<...>]` (RFC 7065); the host may be `[v6]`. */
function withoutHost(url: string): string {
  return url.replace(/^(\w+:)(\[[^\]]*\]|[^:?]*)/, '$1turn.example.org')
}

/** Fingerprints are made of pairs and colons as addresses are. */
const FINGERPRINT = /(?:[\da-f]{2}:){15,}[\da-f]{2}/gi
const ADDRESSES = [
  /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g,
  /(?<![\da-z:])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}/gi,
  /[\w-]+\.local\b/g,
]
/** Of the worker's pseudonyms, and of the ranges for documentation (RFC 5737, RFC 3849). */
const NOBODYS =
  /^(?:2[45]\d\.[\d.]+|100::[\da-f:]+|[\da-f]{16}\.local|(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+|2001:db8:[\da-f:]*)$/i

/** The addresses in any string of a recording that may be somebody's; empty where it may be published. */
export function addressesIn({ events, peerConnections }: Recorded): string[] {
  return addressesWithin([events, peerConnections])
}

/** As `addressesIn`, of any value. A version of a browser looks like one as well. */
export function addressesWithin(whole: unknown): string[] {
  const found = new Set<string>()
  JSON.stringify(whole, (name, value: unknown) => {
    for (const text of [name, value].filter((one) => typeof one === 'string')) {
      const matches = ADDRESSES.flatMap((pattern) => text.replace(FINGERPRINT, '').match(pattern))
      for (const match of matches) if (match && !NOBODYS.test(match)) found.add(match)
    }
    return value
  })
  return [...found]
}
