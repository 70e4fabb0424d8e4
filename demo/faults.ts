// Stands in front of the collector and makes it unreachable or slow, when the page asks for it.
import { request } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'

const MODES = ['none', 'offline', 'slow'] as const
type Mode = (typeof MODES)[number]

/** Shorter than the exporter's `timeout`: the answer comes late, but it comes. */
const SLOW_MS = 4000

type Next = () => void
type Middleware = (incoming: IncomingMessage, response: ServerResponse, next: Next) => void

/**
 * Takes `/ingest` and `/sessions` to the collector and leaves everything else to the next one.
 * `POST /fault?mode=none|offline|slow` sets how `/ingest` answers from then on.
 */
export function faultProxy(collectorUrl: string): Middleware {
  let mode: Mode = 'none'
  return (incoming, response, next) => {
    const { pathname, search, searchParams } = new URL(incoming.url ?? '/', collectorUrl)
    // Only the path is taken: `//elsewhere/ingest` would name another host.
    const target = collectorUrl + pathname + search
    if (pathname === '/fault' && incoming.method === 'POST') {
      const wanted = MODES.find((known) => known === searchParams.get('mode'))
      mode = wanted ?? mode
      response.writeHead(wanted ? 204 : 400).end()
    } else if (pathname === '/ingest') {
      meet(mode, incoming, response, target)
    } else if (pathname === '/sessions' || pathname.startsWith('/sessions/')) {
      forward(incoming, response, target)
    } else {
      next()
    }
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
