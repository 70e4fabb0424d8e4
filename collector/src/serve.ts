// Runs a collector on a port of this machine.
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import { createCollector } from './collector.ts'
import type { CollectorOptions } from './options.ts'
import { SOCKET_LIMITS } from './ingest/socket-limits.ts'
import type { SocketLimits } from './ingest/socket-limits.ts'
import type { Store } from './store/store.ts'
import { acceptSockets } from './ingest/upgrade.ts'

export interface ServeOptions extends CollectorOptions {
  /** 0 takes a free one. @default 0 */
  readonly port?: number
  /** @default '127.0.0.1', which only this machine reaches */
  readonly hostname?: string
  /** What one client of the socket may take, and how many there may be. */
  readonly sockets?: Partial<SocketLimits>
}

export interface RunningCollector {
  /** Without a slash at its end. */
  readonly url: string
  readonly app: Hono
  readonly store: Store
  /** Ends open connections too. */
  close(): Promise<void>
}

/** Slow and half-open clients are cut off. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5000,
}

/** Resolves when it listens, rejects where it cannot. */
export async function startCollector(options: ServeOptions): Promise<RunningCollector> {
  const { port = 0, hostname = '127.0.0.1' } = options
  const collector = await createCollector(options)
  const { app, store } = collector
  // Without `createServer` the adapter makes a plain HTTP/1.1 server.
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: TIMEOUTS }) as Server
  const sockets = acceptSockets(server, collector, { ...SOCKET_LIMITS, ...options.sockets })
  server.listen(port, hostname)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  const host = hostname.includes(':') ? `[${hostname}]` : hostname
  return {
    url: `http://${host}:${address.port}`,
    app,
    store,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      sockets.close()
      await closed
      await collector.close()
    },
  }
}
