// startWorker: exposes the worker's API at once, and builds the engine when the page says how.
import { expose, wrap } from 'comlink'
import type { Endpoint } from 'comlink'
import { newId } from '../src/id.ts'
import { PROTOCOL_VERSION } from '../src/protocol.ts'
import type { PageApi, WorkerApi } from '../src/protocol.ts'
import { createFetchTransport } from '../transports/fetch.ts'
import type { OwnTransport } from '../transports/transport.ts'
import { createWebSocketTransport } from '../transports/websocket.ts'
import { realClock } from './clock.ts'
import { createDisk } from './disk.ts'
import { createEngine } from './engine.ts'
import type { Deps, Engine } from './engine.ts'
import { createLocks } from './lock.ts'
import type { RollCall } from './orphans.ts'
import { openPort } from './port.ts'

/** New ones for each engine: several may run in one page, each with locks of its own. */
const createRealDeps = (own: Readonly<Record<string, OwnTransport>>): Deps => ({
  clock: realClock,
  random: Math.random,
  newId,
  navigator: globalThis.navigator ?? {},
  locks: createLocks(globalThis.navigator?.locks),
  openRollCall,
  createDisk,
  transports: {
    fetch: ({ url, compression, headers }) =>
      createFetchTransport({ url, compression, headers, now: realClock.now }),
    websocket: (context) =>
      createWebSocketTransport({
        ...context,
        clock: realClock,
        open: (url) => new WebSocket(url),
      }),
    ...own,
  },
  log: (line) => console.debug(`[webrtc-stats-exporter] ${line}`),
})

/** Null where the browser has none, or refuses: then a dead tab's rest waits for the next page load. */
function openRollCall(name: string): RollCall | null {
  try {
    return new BroadcastChannel(name)
  } catch {
    return null
  }
}

/**
 * Makes a worker of this scope, which knows these transports beside the library's. Synchronous: a message that came
 * before the API is exposed would be lost.
 */
export function startWorker(
  scope: Endpoint,
  transports: Readonly<Record<string, OwnTransport>> = {},
  deps: Deps = createRealDeps(transports),
): void {
  // Before Comlink, which opens a port that is closed.
  const port = openPort(scope)
  let engine: Promise<Engine> | null = null
  let pagePort: MessagePort | null = null

  /** Rejects where the page asks before it has said how. */
  async function started(): Promise<Engine> {
    if (!engine) throw new Error('start() has not been called')
    return engine
  }

  const api: WorkerApi = {
    hello: () => PROTOCOL_VERSION,
    async start(config, page) {
      const log = config.debug ? deps.log : (): void => {}
      engine ??= createEngine(config, port, wrap<PageApi>(page), { ...deps, log })
      pagePort = page
      await engine
    },
    flush: async (limitMs) => (await started()).flush(limitMs),
    timeline: async () => (await started()).timeline(),
    summary: async () => (await started()).summary(),
    queue: async () => (await started()).queue(),
    quarantine: async () => (await started()).quarantine(),
    resend: async (batchIds) => (await started()).resend(batchIds),
    discard: async (batchIds) => (await started()).discard(batchIds),
    clear: async (epoch) => (await started()).clear(epoch),
    async destroy(limitMs) {
      const farewell = await (await started()).destroy(limitMs)
      pagePort?.close()
      return farewell
    },
  }
  expose(api, scope)
}
