// Who is connected: so many at once, so many of one source, and all of them ended with the server.
import { Server as NetServer } from 'node:net'
import type { Socket } from 'node:net'
import type { Server, ServerResponse } from 'node:http'
import type { Settings } from '../options.ts'
import { networkOf } from './source.ts'

export interface ConnectionLimits {
  readonly maxConnections: number
  /** Fewer, so that one source leaves room for the others. */
  readonly maxPerSource: number
}

export interface Connections {
  /** Requests that have begun are answered, for so long; then everything is cut. Resolves when nothing is open. */
  stop(deadlineMs: number): Promise<void>
}

/** A flood is one line in so many ms. */
const NEWS_MS = 10_000

/** Watches a server from before it listens. Sockets that were upgraded count, and are told to go by somebody else. */
export function watchConnections(
  server: Server,
  { maxConnections, maxPerSource }: ConnectionLimits,
  { tell, now }: Pick<Settings, 'tell' | 'now'>,
): Connections {
  const open = new Set<Socket>()
  const bySource = new Map<string | null, number>()
  /** What a connection had sent when nothing was left to answer; 0 for a new one. Upgraded ones have sent more. */
  const idle = new Map<Socket, number>()
  /** A client may send its next request before it has read an answer. */
  const answering = new Map<Socket, Set<ServerResponse>>()
  let isStopping = false
  let saidAt = -Infinity

  const sayFull = (): void => {
    if (Math.abs(now() - saidAt) < NEWS_MS) return
    saidAt = now()
    tell({ event: 'socket-closed', reason: 'Too many are open.' })
  }

  server.maxConnections = maxConnections
  server.on('drop', sayFull)

  // Before the server's own listener: what is over the limit is gone when that one looks.
  server.prependListener('connection', (socket: Socket) => {
    idle.set(socket, 0)
    // One that comes back from an offer it made is no new one.
    if (open.has(socket)) return
    const source = networkOf(socket.remoteAddress)
    const count = (bySource.get(source) ?? 0) + 1
    bySource.set(source, count)
    open.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      idle.delete(socket)
      const left = (bySource.get(source) ?? 0) - 1
      if (left > 0) bySource.set(source, left)
      else bySource.delete(source)
    })
    if (count <= maxPerSource) return
    sayFull()
    socket.destroy()
  })

  server.prependListener('request', ({ socket }, response) => {
    const responses = answering.get(socket) ?? new Set()
    answering.set(socket, responses.add(response))
    idle.delete(socket)
    if (isStopping) response.setHeader('Connection', 'close')
    response.once('close', () => {
      responses.delete(response)
      if (responses.size > 0) return
      answering.delete(socket)
      if (isStopping) socket.destroySoon()
      else if (!socket.destroyed) idle.set(socket, socket.bytesRead)
    })
  })

  return {
    async stop(deadlineMs) {
      isStopping = true
      for (const response of [...answering.values()].flatMap((responses) => [...responses])) {
        if (!response.headersSent) response.setHeader('Connection', 'close')
      }
      // Not the one of `node:http`: it also cuts an answer that is still on its way out.
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve))
      for (const [socket, bytes] of idle) if (socket.bytesRead === bytes) socket.destroy()
      const deadline = setTimeout(() => {
        for (const socket of open) socket.destroy()
      }, deadlineMs)
      await closed
      clearTimeout(deadline)
      // It has no more to close, and ends the server's own timer.
      server.close()
    },
  }
}
