// The collector as a listener for `http.createServer`, and for `app.use` of Express.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { HttpBindings } from '@hono/node-server'
import type { Collector } from './collector.ts'
import { checkedPath } from './path.ts'

/** It never rejects. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void

export interface NodeHandlerOptions {
  /** What the address begins with where nothing has taken it off: Express does, a plain server does not. @default '' */
  readonly path?: string
}

/** What a parser of the host made of the body. */
type Parsed = IncomingMessage & { readonly body?: unknown }

/** What Express says of the path that it has taken off. */
type Mounted = IncomingMessage & { readonly originalUrl?: string; readonly baseUrl?: string }

/** A body cannot be read twice, and this one is gone. */
const GONE =
  'The body was read before the collector could: mount the collector before what parses bodies.'
const TOO_DEEP = 'The body is nested too deeply.'

/** A listener for requests. A body that a parser of the host has read already is taken from `request.body`. */
export function toNodeHandler(
  collector: Collector,
  { path = '' }: NodeHandlerOptions = {},
): NodeHandler {
  const mount = checkedPath(path)
  const listener = getRequestListener(
    (request, env) => {
      const { incoming } = env as HttpBindings
      if (!incoming.readableDidRead) return collector.fetch(request, env)
      const body = bodyOf(incoming)
      if (body === 'gone') {
        process.emitWarning(GONE)
        return new Response(GONE, { status: 500 })
      }
      if (body === 'too-deep') return new Response(TOO_DEEP, { status: 400 })
      return collector.fetch(again(request, body), env)
    },
    // The globals are the host's.
    { overrideGlobalObjects: false },
  )
  return (incoming, outgoing) => {
    const place = placeOf(incoming, mount)
    if (place !== null) {
      outgoing.writeHead(307, { Location: place }).end()
      return
    }
    incoming.url = withoutMount(incoming.url ?? '/', mount)
    void listener(incoming, outgoing)
  }
}

/**
 * Where the page is, for who asks for the mount without the slash at its end: without it a browser looks for the page's
 * files beside the mount. Relative, for who knows what a proxy has taken off before. Null for whatever else is asked.
 */
function placeOf(incoming: Mounted, mount: string): string | null {
  const { method, url = '/', originalUrl = url, baseUrl = '' } = incoming
  const mounted = `${baseUrl}${mount}`
  const [path = ''] = originalUrl.split('?')
  if (mounted === '' || path !== mounted || (method !== 'GET' && method !== 'HEAD')) return null
  return `./${path.slice(path.lastIndexOf('/') + 1)}/${originalUrl.slice(path.length)}`
}

function withoutMount(url: string, mount: string): string {
  const rest = url.startsWith(mount) ? url.slice(mount.length) : url
  if (rest.startsWith('/')) return rest
  return rest === '' || rest.startsWith('?') ? `/${rest}` : url
}

function bodyOf(incoming: Parsed): string | Uint8Array | 'gone' | 'too-deep' {
  const { body } = incoming
  if (body === undefined) return 'gone'
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  try {
    return JSON.stringify(body)
  } catch (error) {
    // JSON.parse takes what is nested deeper than the stack, JSON.stringify does not.
    if (error instanceof RangeError) return 'too-deep'
    throw error
  }
}

/** What a parser gives is inflated, and has another length. */
function again(request: Request, body: string | Uint8Array): Request {
  const headers = new Headers(request.headers)
  headers.delete('content-encoding')
  headers.delete('content-length')
  return new Request(request.url, { method: request.method, headers, body: body as BodyInit })
}
