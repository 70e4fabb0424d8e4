// The pages of the benches, the built library, and a server that takes whatever is sent to it.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { WebSocketServer } from 'ws'
import { bundle } from './bundle.ts'

export interface Site {
  readonly url: string
  /** Told of each body that a page has sent, by request or socket, when all of it is there. */
  onBody(listener: (body: Buffer) => void): void
  close(): Promise<void>
}

/** `BENCH_DIST` is another folder with a build in it. */
const LIBRARY = process.env['BENCH_DIST'] ?? join(import.meta.dirname, '../../dist')
/** @jitsi/rtcstats sends nothing until its server has said what it has. */
const JITSI_PROTOCOL = '_STANDARD'
const JITSI_HELLO = JSON.stringify({ type: 'sn', body: { value: 0, state: 'initial' } })

const PAGE = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<script type="module" src="/main.js"></script>
`

export async function serveSite(): Promise<Site> {
  if (!existsSync(join(LIBRARY, 'index.js'))) {
    throw new Error('There is no dist/. Make it with: npm run build')
  }
  const main = await bundle(join(import.meta.dirname, 'page/main.ts'))
  const listeners: ((body: Buffer) => void)[] = []
  const tell = (body: Buffer): void => listeners.forEach((listener) => listener(body))
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    if (request.method === 'POST') {
      void take(request, response, tell) // it never rejects
    } else if (pathname === '/') send(response, 'text/html', PAGE)
    else if (pathname === '/main.js') send(response, 'text/javascript', main)
    else if (pathname.startsWith('/peers/')) void sendPeer(response, pathname)
    else void sendFile(response, join(LIBRARY, basename(pathname))) // it never rejects
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => tell(data))
    if (socket.protocol.endsWith(JITSI_PROTOCOL)) socket.send(JITSI_HELLO)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    onBody: (listener) => void listeners.push(listener),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  tell: (body: Buffer) => void,
): Promise<void> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    return // the page has gone in the middle of it
  }
  response.writeHead(204).end()
  tell(Buffer.concat(chunks))
}

/** A second page of the same context has it cached. */
function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=3600' }).end(body)
}

/** Where its package is missing or broken the page says so. */
async function sendPeer(response: ServerResponse, pathname: string): Promise<void> {
  const input = join(import.meta.dirname, 'peers', basename(pathname, '.js') + '.ts')
  try {
    send(response, 'text/javascript', await bundle(input))
  } catch (error) {
    send(response, 'text/javascript', `throw new Error(${JSON.stringify(String(error))})`)
  }
}

async function sendFile(response: ServerResponse, path: string): Promise<void> {
  try {
    send(response, 'text/javascript', await readFile(path))
  } catch {
    response.writeHead(404).end()
  }
}
