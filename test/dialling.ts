// A socket transport that talks to the fault collector, with time in the test's hand.
import { afterAll, afterEach, beforeAll } from 'vitest'
import { WebSocket } from 'ws'
import type { SendResult, Transport } from '../transports/transport.ts'
import { createWebSocketTransport } from '../transports/websocket.ts'
import type { WebSocketParts } from '../transports/websocket.ts'
import { createFakeClock } from './fake-clock.ts'
import type { FakeClock } from './fake-clock.ts'
import { startFaultCollector } from './fault-collector.ts'
import type { DialRecord, SocketScript } from './fault-socket.ts'
import { createRun, until } from './run.ts'
import type { Run } from './run.ts'

export interface Lab {
  readonly run: Run
  readonly transport: Transport
  readonly clock: FakeClock
  /** The addresses that were dialled. */
  readonly dialled: string[]
  /** The frames that came back. */
  readonly heard: unknown[]
  /** `b7` holds the item 7 and so many more bytes. */
  send(batchId: string, signal?: AbortSignal, bytes?: number): Promise<SendResult>
  follow(script: SocketScript): Promise<void>
  /** So many batches have come by all sockets. */
  hasGot(count: number): Promise<void>
  /** What was said on the last socket that was dialled. */
  lastDial(): Promise<DialRecord>
}

/** For one test file: each call gives a run and a transport of its own, closed after the test. */
export function openLab(): (own?: Partial<WebSocketParts>, query?: string) => Lab {
  let server: Awaited<ReturnType<typeof startFaultCollector>>
  let transports: Transport[] = []
  beforeAll(async () => {
    server = await startFaultCollector()
  })
  afterEach(() => {
    for (const transport of transports.splice(0)) transport.close()
  })
  afterAll(() => server.close())

  return (own = {}, query = '') => {
    const run = createRun(server.url)
    const clock = createFakeClock()
    const dialled: string[] = []
    const heard: unknown[] = []
    const transport = createWebSocketTransport({
      url: run.url + query,
      compression: 'none',
      producer: 'p',
      headers: async () => ({}),
      clock,
      open(url) {
        dialled.push(url)
        const socket = new WebSocket(url)
        socket.addEventListener('message', ({ data }) => heard.push(data))
        return socket
      },
      ...own,
    })
    transports.push(transport)
    return {
      run,
      transport,
      clock,
      dialled,
      heard,
      send: (batchId, signal = new AbortController().signal, bytes = 0) =>
        transport.send(newBatch(batchId, bytes), signal),
      follow: (sockets) => run.script({ steps: [], sockets }),
      async hasGot(count) {
        await until(run.requests, ({ length }) => length >= count)
      },
      async lastDial() {
        const dials = await until(run.sockets, ({ length }) => length >= dialled.length)
        const last = dials.at(-1)
        if (!last) throw new Error('nobody has dialled')
        return last
      },
    }
  }
}

/** `b7` holds the item 7 and so many more bytes. */
export function newBatch(batchId: string, bytes = 0) {
  const items = [{ event: 'stats', seq: Number(batchId.slice(1)), data: 'x'.repeat(bytes) }]
  const json = new TextEncoder().encode(JSON.stringify({ batchId, producer: 'p', items }))
  return { batchId, count: 1, json }
}
