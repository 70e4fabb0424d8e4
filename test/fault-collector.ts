// A backend that fails as told, and keeps a ledger of what reached it. All of it is controlled over HTTP, so that tests
// in Node and in browsers can share it. A run is a path prefix:
//   PUT /<run>/script   POST /<run>/ingest   GET /<run>/ledger | /<run>/requests | /<run>/bodies | /<run>/sockets   DELETE /<run>
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { decode, keep, ledgerOf, note } from './fault-ledger.ts'
import type { Books, SentItem } from './fault-ledger.ts'
import { createSockets } from './fault-socket.ts'
import type { Sockets, SocketScript } from './fault-socket.ts'

/** What happens to one POST. An empty step takes the batch and answers `200 { accepted, rejected }`. */
export interface Step {
  /** Only for a POST of which all of this is true, else an empty step; what comes before the body is read comes anyway. */
  readonly if?: {
    /** Bytes of the body as sent. */
    readonly bytesOver?: number
    readonly gzip?: boolean
    /** An item has this seq and this event. */
    readonly seq?: number
    readonly event?: string
  }
  /** @default 200 */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Instead of the JSON answer; its content type goes in `headers`. */
  readonly body?: string
  /** Named in the answer and not kept. */
  readonly rejected?: readonly { index: number; reason: string; retry: boolean }[]
  /** @default true for a 2xx without a `body` of its own */
  readonly keep?: boolean
  /** Before the answer. */
  readonly delayMs?: number
  /** After each chunk of the body that is read. */
  readonly slowReadMs?: number
  /** The socket is destroyed `before` the body is read, or `after` its items are kept. Neither is answered. */
  readonly drop?: 'before' | 'after'
  /** Which pages may: all with any headers; all, but with no header except Content-Type; none. @default 'any' */
  readonly cors?: 'any' | 'content-type' | 'none'
}

/** Steps for successive POSTs, in the order in which they arrive. */
export interface Script {
  readonly steps: readonly Step[]
  /** From the `first` step again, the `last` for ever, or `ok`: an empty step. @default 'last' */
  readonly next?: 'first' | 'last' | 'ok'
  /** For who comes by a WebSocket to `/<run>/ingest`. */
  readonly sockets?: SocketScript
}

interface Run extends Books {
  script: Script
  posts: number
  readonly sockets: Sockets
}

/** Listens on a free port of this machine until it is closed. */
export async function startFaultCollector(): Promise<{ url: string; close(): Promise<void> }> {
  const runs = new Map<string, Run>()
  const server = createServer((request, response) => {
    serve(runs, request, response).catch((error: unknown) => answer(response, 500, String(error)))
  })
  server.on('upgrade', (request, socket: Socket, head) => {
    const [name] = placeOf(request)
    runOf(runs, name).sockets.upgrade(request, socket, head)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      for (const { sockets } of runs.values()) sockets.close()
      await closed
    },
  }
}

async function serve(runs: Map<string, Run>, request: IncomingMessage, response: ServerResponse) {
  const { method = '' } = request
  const [name, what] = placeOf(request)
  const run = runOf(runs, name)

  // A preflight belongs to the POST that follows it.
  const step = what === 'ingest' ? stepOf(run) : {}
  allow(request, response, step)
  switch (`${method} ${what}`) {
    case 'OPTIONS ingest':
      note(run, request, 204)
      return answer(response, 204)
    case 'POST ingest':
      run.posts += 1
      return ingest(run, step, request, response)
    case 'PUT script':
      run.script = JSON.parse((await read(request)).toString()) as Script
      run.posts = 0
      run.sockets.follow(run.script.sockets ?? {})
      return answer(response, 204)
    case 'GET ledger':
      return answer(response, 200, JSON.stringify(ledgerOf(run)))
    case 'GET requests':
      return answer(response, 200, JSON.stringify(run.requests))
    case 'GET bodies':
      return answer(response, 200, JSON.stringify(run.bodies))
    case 'GET sockets':
      return answer(response, 200, JSON.stringify(run.sockets.dials))
    case 'DELETE ':
      run.sockets.close()
      runs.delete(name)
      return answer(response, 204)
    default:
      return answer(response, method === 'OPTIONS' ? 204 : 404)
  }
}

function placeOf({ url = '/' }: IncomingMessage): [name: string, what: string] {
  const [, name = '', what = ''] = new URL(url, 'http://test').pathname.split('/')
  return [name, what]
}

function runOf(runs: Map<string, Run>, name: string): Run {
  const known = runs.get(name)
  if (known) return known
  const books: Books = { requests: [], bodies: [], entries: new Map() }
  const run = { ...books, script: { steps: [] }, posts: 0, sockets: createSockets(books) }
  runs.set(name, run)
  return run
}

function stepOf({ script: { steps, next = 'last' }, posts }: Run): Step {
  if (posts < steps.length || next === 'ok') return steps[posts] ?? {}
  return (next === 'first' ? steps[posts % steps.length] : steps.at(-1)) ?? {}
}

async function ingest(run: Run, told: Step, request: IncomingMessage, response: ServerResponse) {
  if (told.drop === 'before') {
    note(run, request, 0)
    return void request.socket.destroy()
  }
  const body = await read(request, told.slowReadMs).catch(() => null)
  if (body === null) return note(run, request, 0) // The client went away in the middle of it.
  const isGzip = request.headers['content-encoding'] === 'gzip'
  const batch = decode(body)
  const step = matches(told, batch.items, body.length, isGzip) ? told : {}

  const { status = 200, rejected = [], drop } = step
  const isOk = status >= 200 && status < 300
  if (step.keep ?? (isOk && step.body === undefined)) {
    run.bodies.push(batch)
    const refused = new Set(rejected.map(({ index }) => index))
    keep(run, { ...batch, items: batch.items.filter((_, index) => !refused.has(index)) })
  }
  note(run, request, drop ? 0 : status, body.length, batch)
  if (step.delayMs !== undefined) await sleep(step.delayMs, undefined, { ref: false })
  if (drop) return void request.socket.destroy()
  const accepted = batch.items.length - rejected.length
  const json = isOk ? JSON.stringify({ accepted, rejected }) : `failed with ${status}`
  answer(response, status, step.body ?? json, step.headers)
}

function matches(step: Step, items: readonly SentItem[], bytes: number, isGzip: boolean): boolean {
  if (!step.if) return true
  const { bytesOver = -1, gzip = isGzip, seq, event } = step.if
  const isMeant = (item: SentItem) =>
    (seq === undefined || seq === item.seq) && (event === undefined || event === item.event)
  return bytes > bytesOver && gzip === isGzip && items.some(isMeant)
}

/** CORS. No preflight is remembered, so that each POST meets the step it is meant for. */
function allow(request: IncomingMessage, response: ServerResponse, step: Step): void {
  const { cors = 'any', headers = {} } = step
  if (cors === 'none') return
  const { origin = '*', 'access-control-request-headers': wanted = '' } = request.headers
  // A beacon comes with credentials, which `*` does not allow.
  response.setHeader('Access-Control-Allow-Origin', origin)
  response.setHeader('Access-Control-Allow-Credentials', 'true')
  response.setHeader('Access-Control-Max-Age', '0')
  response.setHeader('Access-Control-Allow-Methods', 'GET, PUT, POST, DELETE')
  response.setHeader('Access-Control-Allow-Headers', cors === 'any' ? wanted : 'content-type')
  if (cors === 'any') response.setHeader('Access-Control-Expose-Headers', Object.keys(headers))
}

async function read(request: IncomingMessage, pauseMs = 0): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) {
    chunks.push(chunk as Buffer)
    if (pauseMs > 0) await sleep(pauseMs, undefined, { ref: false })
  }
  return Buffer.concat(chunks)
}

function answer(response: ServerResponse, status: number, body = '', headers: object = {}): void {
  const type = { 'content-type': /^[{[]/.test(body) ? 'application/json' : 'text/plain' }
  response.writeHead(status, { ...type, ...headers }).end(body)
}
