// Puts the parts of a collector together: the store, the rooms, the app in front of them, the sockets beside it.
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApp } from './app.ts'
import { keepHouse } from './housekeeping.ts'
import { createCommits } from './ingest/commits.ts'
import { createReceive } from './ingest/receive.ts'
import { createBell } from './live/bell.ts'
import { createStreams } from './live/stream.ts'
import { SOCKET_LIMITS } from './ingest/socket-limits.ts'
import type { SocketLimits } from './ingest/socket-limits.ts'
import { acceptSockets } from './ingest/upgrade.ts'
import type { AttachedSockets } from './ingest/upgrade.ts'
import { counted, timed } from './metrics/around.ts'
import { createMeter } from './metrics/meter.ts'
import type { Exposition } from './metrics/meter.ts'
import { resolveOptions } from './options.ts'
import type { CollectorOptions } from './options.ts'
import { checkedPath } from './path.ts'
import { agentOf } from './rooms/agent.ts'
import { Rooms } from './rooms/rooms.ts'
import { openStore } from './store/libsql.ts'
import type { Store } from './store/store.ts'
import { realClock } from './streams/clock.ts'
import { Delivery } from './streams/delivery.ts'
import { RollUp } from './streams/roll-up.ts'
import { waitingFiles } from './streams/waiting-files.ts'
import { failedEvent } from './log.ts'

export interface AttachOptions {
  /** Where the handler is mounted on this server, as `/stats`. @default '', the root */
  readonly path?: string
  /** What one client of the socket may take, and how many there may be. */
  readonly sockets?: Partial<SocketLimits>
}

export interface Collector {
  /**
   * A web-standard handler, to be mounted: the path it sees begins at `/ingest`. `env` is that of the adapter of Hono
   * for Node, where there is one.
   */
  readonly fetch: (request: Request, env?: object) => Response | Promise<Response>
  readonly store: Store
  /** Takes the sockets of a server to `/ingest`. All other upgrades are left to whoever else listens for them. */
  attach(server: Server, options?: AttachOptions): void
  /** Ends the sockets, after what they sent is answered, and the streams of the page: a server that is closed waits for them. */
  detach(): void
  /** Ends the sockets, then closes the store when what is on its way is kept, or after so long. @default 10000 */
  close(deadlineMs?: number): Promise<void>
}

const CLOSE_MS = 10_000
/** Of the page's streams. Each asks the store once or twice a second. */
const MAX_FOLLOWERS = 100

/** A collector to mount. Rejects where an option cannot be meant, or the store fails. */
export async function createCollector(options: CollectorOptions): Promise<Collector> {
  const meter = createMeter()
  const settings = resolveOptions(options, meter.hear)
  const { tell, now } = settings
  const { clock = realClock, sink, roomUrl = ownPage } = options
  const { intervalMinutes, idleTimeoutMs, lateWindowMs, retentionMs, retentionBytes } = settings
  const store = options.store ?? (await openStore(':memory:', { now }))
  const onFault = (error: unknown): void => tell(failedEvent(error))

  const rooms = new Rooms({ roomUrl, agentOf, idleTimeoutMs, lateWindowMs })
  const rollUp = await RollUp.open({ store, rooms, intervalMinutes, lateWindowMs, now, onFault })
  const bell = createBell(clock)
  const streams = createStreams({ bell, clock, maxFollowers: MAX_FOLLOWERS, onFault })
  const commits = createCommits(timed(store, meter), (put) => {
    rollUp.take(put)
    meter.kept(put)
    bell.ring()
  })
  const delivery = sink
    ? new Delivery({
        files: waitingFiles(store),
        sink: counted(sink, meter),
        clock,
        random: Math.random,
        log: (reason) => tell({ event: 'delivery', reason }),
      })
    : null
  const house = keepHouse({
    ...{ commits, store, rollUp, delivery, retentionMs, retentionBytes, clock, tell },
  })
  const attached: AttachedSockets[] = []

  async function expose(): Promise<Exposition> {
    // The other numbers tell what is wrong with it.
    const totals = await store.totals().catch(() => null)
    const sockets = attached.reduce((sum, { open }) => sum + open(), 0)
    return meter.expose({ totals, rooms: rooms.counts(), sockets, heldBytes: settings.heldBytes() })
  }

  const receive = createReceive(commits, settings)
  const parts = { settings, store, receive, rooms, streams, expose }
  const app = createApp(parts)

  function detach(): void {
    streams.close()
    for (const sockets of attached.splice(0)) sockets.close()
  }

  return {
    fetch: (request, env) => app.fetch(request, env),
    store,
    attach(server, { path = '', sockets } = {}) {
      const limits = { ...SOCKET_LIMITS, ...sockets }
      attached.push(acceptSockets(server, parts, limits, `${checkedPath(path)}/ingest`))
    },
    detach,
    async close(deadlineMs = CLOSE_MS) {
      detach()
      const kept = commits.between(async () => {}).then(() => house.close())
      await Promise.race([kept, sleep(deadlineMs, null, { ref: false })])
      await store.close()
    },
  }
}

/** Where the collector itself shows a room. */
function ownPage(roomId: string): string {
  return `/rooms/${encodeURIComponent(roomId)}`
}
