// Lets WebSockets in on the port of a collector, and ends them with it.
// On the server's own event: the adapter's helper never answers an upgrade to anything but a WebSocket.
import { STATUS_CODES } from 'node:http'
import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { WRONG_ORIGIN } from './gate.ts'
import { asksForWebSocket, serveAsPlain } from './plain-http.ts'
import { TOO_FAST } from './rate.ts'
import type { AppParts } from '../app.ts'
import { Conversation } from './socket.ts'
import type { SocketLimits } from './socket-limits.ts'

/** A frame so much over the limit is still read, to answer which batch it was; beyond it `ws` closes with 1009. */
const READ_FOR_ITS_ID = 2
/** What a client is told to wait where there are too many of them. */
const RETRY_MS = 30_000

export interface AttachedSockets {
  /** How many are open. */
  open(): number
  /** Call it when the server takes no connections any more. */
  close(): void
}

/** Takes the upgrades of `GET` at this path. */
export function acceptSockets(
  server: Server,
  { settings, store, receive }: Pick<AppParts, 'settings' | 'store' | 'receive'>,
  limits: SocketLimits,
  path: string,
): AttachedSockets {
  const { gate, tell, maxBodyBytes, rates, sourceOf } = settings
  const maxPayload = maxBodyBytes * READ_FOR_ITS_ID
  const acceptor = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload })
  const conversations = new Set<Conversation>()
  let isClosing = false

  server.on('upgrade', (request, socket, head) => {
    const [asked, query] = (request.url ?? '').split('?', 2)
    // The server may be somebody's own, who takes sockets of another kind too.
    if (asked !== path && server.listenerCount('upgrade') > 1) return
    if (!asksForWebSocket(request)) return serveAsPlain(server, request, socket, head)
    const refuse = (code: 403 | 404 | 503, reason: string) => {
      tell({ event: 'refused', code, reason })
      endRefused(socket, { code, reason, retryAfterMs: code === 503 ? RETRY_MS : null })
    }
    const source = sourceOf(request)
    const verdict = rates(source.network)
    if (verdict.status === 'refused') {
      tell({ event: 'refused', code: 429, reason: TOO_FAST }, verdict.isNews)
      return endRefused(socket, { ...verdict, code: 429, reason: TOO_FAST })
    }
    if (isClosing) return refuse(503, 'The collector is closing.')
    if (asked !== path) return refuse(404, `Sockets are taken at ${path}.`)
    if (!gate.takesOrigin(request.headers.origin)) return refuse(403, WRONG_ORIGIN)
    if (conversations.size >= limits.maxSockets) return refuse(503, 'Too many sockets are open.')
    acceptor.handleUpgrade(request, socket, head, (ws) => {
      const key = new URLSearchParams(query).get('key')
      const parts = { settings, store, receive, limits, key, source, socket }
      const conversation = new Conversation(ws, parts)
      conversations.add(conversation)
      ws.once('close', () => conversations.delete(conversation))
    })
  })

  return {
    open: () => conversations.size,
    close() {
      isClosing = true
      for (const conversation of conversations) conversation.leave()
    },
  }
}

interface RefusedUpgrade {
  readonly code: number
  readonly reason: string
  readonly retryAfterMs: number | null
}

function endRefused(socket: Duplex, { code, reason, retryAfterMs }: RefusedUpgrade): void {
  // The server has let go of it: an error nobody hears would end the process.
  socket.on('error', () => socket.destroy())
  socket.once('finish', () => socket.destroy())
  const lines = [
    `HTTP/1.1 ${code} ${STATUS_CODES[code]}`,
    'Connection: close',
    'Content-Type: text/plain; charset=UTF-8',
    `Content-Length: ${Buffer.byteLength(reason)}`,
    ...(retryAfterMs === null ? [] : [`Retry-After: ${Math.ceil(retryAfterMs / 1000)}`]),
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${reason}`)
}
