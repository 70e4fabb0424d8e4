// Runs a collector on a port of this machine.
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { createCollector } from './collector.ts'
import { realClock } from './streams/clock.ts'
import { watchConnections } from './ingest/connections.ts'
import { createTell } from './log.ts'
import type { CollectorOptions } from './options.ts'
import type { SocketLimits } from './ingest/socket-limits.ts'
import type { Store } from './store/store.ts'

/** How long a client may take, ms. */
export interface Timeouts {
  /** For the head of a request, and for its first byte. @default 10000 */
  readonly headersMs: number
  /** For all of a request. @default 30000 */
  readonly requestMs: number
  /** Until the next request on the same connection. @default 5000 */
  readonly keepAliveMs: number
  /** For what has begun when the collector closes. @default 10000 */
  readonly closeMs: number
}

export interface ServeOptions extends CollectorOptions {
  /** 0 takes a free one. @default 0 */
  readonly port?: number
  /** @default '127.0.0.1', which only this machine reaches */
  readonly hostname?: string
  /** What one client of the socket may take, and how many there may be. */
  readonly sockets?: Partial<SocketLimits>
  /** Open ones, sockets included; more are closed at once. @default 10000 */
  readonly maxConnections?: number
  /** Of one address, or of one IPv6 network of 64 bits. @default 2000 */
  readonly maxConnectionsPerAddress?: number
  readonly timeouts?: Partial<Timeouts>
}

export interface RunningCollector {
  /** Without a slash at its end. */
  readonly url: string
  readonly store: Store
  /** Answers what has begun, then ends open connections; a second call gives the promise of the first. */
  close(): Promise<void>
}

/** Slow and half-open clients are cut off. */
const TIMEOUTS: Timeouts = {
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 5000,
  closeMs: 10_000,
}
const MAX_CONNECTIONS = 10_000
const MAX_CONNECTIONS_PER_ADDRESS = 2000

/** Resolves when it listens, rejects where it cannot. */
export async function startCollector(options: ServeOptions): Promise<RunningCollector> {
  const { port = 0, hostname = '127.0.0.1' } = options
  const { now } = options.clock ?? realClock
  // Records of intervals that ended while nobody was there are made before it listens.
  let url = port === 0 ? '' : urlOf(hostname, port)
  const ownPage = (roomId: string): string => `${url}/rooms/${encodeURIComponent(roomId)}`
  const collector = await createCollector({ roomUrl: ownPage, ...options })
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  // Without `createServer` the adapter makes a plain HTTP/1.1 server.
  const server = createAdaptorServer({
    fetch: collector.fetch,
    serverOptions: {
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.keepAliveMs,
      connectionsCheckingInterval: timeouts.headersMs / 5,
    },
  }) as Server
  // An answer that is not read for so long is given up, with its connection; sockets have their own times.
  server.setTimeout(timeouts.requestMs)
  const limits = {
    maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
    maxPerSource: options.maxConnectionsPerAddress ?? MAX_CONNECTIONS_PER_ADDRESS,
  }
  const connections = watchConnections(server, limits, { tell: createTell(options.log, now), now })
  collector.attach(server, options)
  server.listen(port, hostname)
  try {
    await once(server, 'listening')
  } catch (error) {
    await collector.close(0)
    throw error
  }
  url = urlOf(hostname, (server.address() as AddressInfo).port)
  let closed: Promise<void> | null = null
  const stop = async (): Promise<void> => {
    collector.detach()
    await connections.stop(timeouts.closeMs)
    await collector.close(timeouts.closeMs)
  }
  return {
    url,
    store: collector.store,
    close: () => (closed ??= stop()),
  }
}

function urlOf(hostname: string, port: number): string {
  return `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`
}
