// A client of the collector's socket that says and sends what a test wants, and keeps what it hears.
import { gzipSync } from 'node:zlib'
import { WebSocket } from 'ws'
import type { Hello, ServerFrame } from '../src/frames.ts'
import type { Batch } from '../src/wire.ts'

export interface SocketClient {
  readonly ws: WebSocket
  /** The next frame that was not asked for yet; rejects where the socket closes before one comes. */
  next(): Promise<ServerFrame>
  /** A text frame: a string as it is, else its JSON. */
  say(frame: unknown): void
  /** A binary frame: bytes as they are, else gzipped JSON. */
  send(body: Uint8Array | Partial<Batch>): void
  /** Says hello and gives the answer. */
  greet(hello?: Partial<Hello>): Promise<ServerFrame>
  /** The code with which the socket closed. */
  readonly closed: Promise<number>
}

export interface DialOptions {
  readonly path?: string
  readonly headers?: Record<string, string>
  /** All of 127.0.0.0/8 is this machine. */
  readonly localAddress?: string
}

/** Opens a socket to a collector; rejects with `status` where the upgrade is refused. */
export async function dial(
  url: string,
  { path = '/ingest', ...options }: DialOptions = {},
): Promise<SocketClient> {
  const ws = new WebSocket(url.replace(/^http/, 'ws') + path, options)
  const heard: ServerFrame[] = []
  const waiting: { resolve(frame: ServerFrame): void; reject(error: Error): void }[] = []
  ws.on('message', (data) => {
    const frame = JSON.parse(String(data)) as ServerFrame
    const waiter = waiting.shift()
    if (waiter) waiter.resolve(frame)
    else heard.push(frame)
  })
  const closed = new Promise<number>((resolve) => {
    ws.on('close', (code) => {
      for (const { reject } of waiting.splice(0)) reject(new Error(`closed with ${code}`))
      resolve(code)
    })
  })
  await new Promise<void>((resolve, reject) => {
    ws.on('open', resolve)
    ws.on('error', reject)
    ws.on('unexpected-response', (_, { statusCode }) => {
      reject(new Error(`refused with ${statusCode}`))
      ws.terminate()
    })
  })
  const client: SocketClient = {
    ws,
    closed,
    next() {
      const frame = heard.shift()
      if (frame) return Promise.resolve(frame)
      if (ws.readyState === WebSocket.CLOSED) return Promise.reject(new Error('closed'))
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    say(frame) {
      ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
    },
    send(body) {
      ws.send(body instanceof Uint8Array ? body : gzipSync(JSON.stringify(body)))
    },
    greet(hello = {}) {
      client.say({ type: 'hello', schemaVersion: 1, producer: 'p', pending: [], ...hello })
      return client.next()
    },
  }
  return client
}
