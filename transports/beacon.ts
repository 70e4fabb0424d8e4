// Bytes that leave the page while nobody waits for an answer: by beacon, or by a fetch that outlives the page.
import type { Headers } from '../src/terms.ts'
import { toError } from './refusal.ts'
import type { EncodedBatch, SendResult, Transport } from './transport.ts'

/** All beacons and keepalive fetches of a page share 64 KiB (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch). */
export const MAX_BEACON_BYTES = 65_536
/** What the page's own ones may need of that. */
const MAX_KEEPALIVE_BYTES = 57_344

export interface BeaconParts {
  /** Absolute. */
  readonly url: string
  readonly headers: () => Promise<Headers>
}

/**
 * Hands it to the browser, and hears no more of it. A beacon carries no headers: with headers, and where the browser
 * takes no beacon, it is a keepalive fetch. Never throws; resolves to why it did not leave, as far as that can be known.
 */
export async function handOver(
  url: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Headers,
): Promise<Error | null> {
  try {
    const isPlain = Object.keys(headers).length === 0
    if (isPlain && navigator.sendBeacon(url, new Blob([body], { type: typeFor(url) }))) return null
    if (body.byteLength > MAX_KEEPALIVE_BYTES) throw new Error('the browser takes no more beacons')
    await fetch(url, { method: 'POST', keepalive: true, body, headers: headersFor(url, headers) })
    return null
  } catch (cause) {
    return toError(cause)
  }
}

/** With the type of the body, unless the app names one. With headers of its own there is a preflight anyway. */
export function headersFor(url: string, own: Headers): globalThis.Headers {
  const isPlain = Object.keys(own).length === 0
  const headers = new globalThis.Headers({
    'content-type': isPlain ? typeFor(url) : 'application/json',
  })
  for (const [name, value] of Object.entries(own)) headers.set(name, value)
  return headers
}

/** JSON to another origin needs a preflight first, which a page that ends does not live to see. */
function typeFor(url: string): string {
  return new URL(url).origin === location.origin ? 'application/json' : 'text/plain'
}

/** On the page alone: a worker has no `sendBeacon`. */
export function createBeaconTransport({ url, headers }: BeaconParts): Transport {
  return {
    name: 'beacon',
    async send({ json }: EncodedBatch): Promise<SendResult> {
      if (json.byteLength > MAX_KEEPALIVE_BYTES) return { status: 'split' }
      try {
        const error = await handOver(url, json, await headers())
        return error ? { status: 'retry', error } : { status: 'handed-over' }
      } catch (cause) {
        return { status: 'unauthorized', error: toError(cause) }
      }
    },
    close() {},
  }
}
