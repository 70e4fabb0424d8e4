// Stands in front of the collector and makes it unreachable or slow, when the page asks for it.
import { request } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'

const MODES = ['none', 'offline', 'slow'] as const
type Mode = (typeof MODES)[number]

/** Shorter than the exporter's `timeout`: the answer comes late, but it comes. */
const SLOW_MS = 4000

type Next = () => void

export interface FaultProxy {
  readonly middleware: (incoming: IncomingMessage, response: ServerResponse, next: Next) => void
  /** For the `upgrade` event of the server: a socket to `/ingest`. It is cut while the collector is unreachable. */
  readonly upgrade: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/**
 * Takes `/ingest` to the collector, sends those who ask for a session or a room on to it, and leaves everything else to
 * the next one.
 * `POST /fault?mode=none|offline|slow` sets how `/ingest` answers from then on.
 */
export function faultProxy(collectorUrl: () => string): FaultProxy {
  let mode: Mode = 'none'
  const sockets = new Set<Duplex>()

  function middleware(incoming: IncomingMessage, response: ServerResponse, next: Next): void {
    const { pathname, search, searchParams } = pathOf(incoming)
    // Only the path is taken: `//elsewhere/ingest` would name another host.
    const target = collectorUrl() + pathname + search
    if (pathname === '/fault' && incoming.method === 'POST') {
      const wanted = MODES.find((known) => known === searchParams.get('mode'))
      mode = wanted ?? mode
      if (mode === 'offline') for (const socket of sockets) socket.destroy()
      response.writeHead(wanted ? 204 : 400).end()
    } else if (pathname === '/ingest') {
      meet(mode, incoming, response, target)
    } else if (/^\/(sessions|rooms)\//.test(pathname)) {
      // The live page is the collector's own: it loads the rest of itself from where it stands.
      response.writeHead(307, { location: target }).end()
    } else {
      next()
    }
  }

  function upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname } = pathOf(incoming)
    if (pathname !== '/ingest' || mode === 'offline') return void socket.destroy()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    tunnel(incoming, socket, head, new URL(collectorUrl()))
  }

  return { middleware, upgrade }
}

/** Of the address that is asked for, whichever host it names. */
function pathOf({ url = '/' }: IncomingMessage): URL {
  return new URL(url, 'http://localhost')
}

/** The request as it came, and from then on whatever both sides say. */
function tunnel(
  { method, url, rawHeaders }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { hostname, port }: URL,
): void {
  const collector = connect(Number(port), hostname)
  const headers = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`))
  collector.write(`${method} ${url} HTTP/1.1\r\n${headers.join('')}\r\n`)
  collector.write(head)
  for (const [one, other] of [
    [socket, collector],
    [collector, socket],
  ] as const) {
    one.pipe(other)
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
  }
}

function meet(
  mode: Mode,
  incoming: IncomingMessage,
  response: ServerResponse,
  target: string,
): void {
  switch (mode) {
    case 'none':
      forward(incoming, response, target)
      break
    case 'offline':
      incoming.socket.destroy()
      break
    case 'slow':
      setTimeout(() => forward(incoming, response, target), SLOW_MS)
      break
    default:
      mode satisfies never
  }
}

function forward(incoming: IncomingMessage, response: ServerResponse, target: string): void {
  const { method, headers, socket } = incoming
  if (socket.destroyed) return // it went away while it waited
  const outgoing = request(target, { method, headers })
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  outgoing.on('error', () => {
    if (response.headersSent) response.destroy()
    else response.writeHead(502).end('The collector does not answer.')
  })
  response.on('close', () => outgoing.destroy())
  incoming.pipe(outgoing)
}
