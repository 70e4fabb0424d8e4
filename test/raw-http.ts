// A connection to a server by hand: what is written is what is sent, and what comes is kept.
import { connect } from 'node:net'
import type { Socket } from 'node:net'

export interface RawConnection {
  readonly socket: Socket
  write(text: string): void
  /** All that came until now. */
  heard(): string
  /** Resolves when it is closed, by whomever. */
  readonly closed: Promise<void>
}

/** Opens one; an error is an end like any other. */
export async function open(url: string, localAddress = '127.0.0.1'): Promise<RawConnection> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress })
  let text = ''
  socket.on('data', (data) => (text += data))
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), closed])
  return { socket, write: (sent) => socket.write(sent), heard: () => text, closed }
}

/** A request of HTTP/1.1, its body not longer than it says. */
export function rawRequest(method: string, path: string, lines: string[] = [], body = ''): string {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  const head = [`${method} ${path} HTTP/1.1`, 'Host: x', ...lines, ...length].join('\r\n')
  return `${head}\r\n\r\n${body}`
}
