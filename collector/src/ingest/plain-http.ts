// Serves who offers to go on with another protocol, h2c above all, as if nothing had been offered: RFC 9110, section 7.8.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** Whether the client asks for a WebSocket, and not for something nobody here speaks. */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

/**
 * Gives the connection back to the server with the request as it was, but for the offer. Node reads an offer as an
 * upgrade as soon as anybody listens to upgrades, and has let go of the connection by then: the body is not read yet.
 */
export function serveAsPlain(
  server: Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  // The server listens to these anew, and took only the others off: a client may make its offer a thousand times.
  for (const event of ['timeout', 'pause', 'resume']) socket.removeAllListeners(event)
  socket.unshift(Buffer.concat([Buffer.from(headOf(request), 'latin1'), head]))
  server.emit('connection', socket)
}

function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at], rawHeaders[at + 1]]
    if (/^(upgrade|http2-settings)$/i.test(name)) continue
    lines.push(`${name}: ${/^connection$/i.test(name) ? withoutOffer(value) : value}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

function withoutOffer(connection: string): string {
  const options = connection.split(',').map((option) => option.trim())
  return options.filter((option) => !/^(upgrade|http2-settings)$/i.test(option)).join(', ')
}
