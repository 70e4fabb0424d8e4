// The built library and pages that use it, on loopback: a secure context. The origin stays as long as it runs.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, request as ask } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream'

export interface Site {
  /** Of the page. */
  readonly url: string
  close(): Promise<void>
}

/** `npm test` has built it. `CRASH_DIST` is another folder with a build in it. */
const LIBRARY = process.env['CRASH_DIST'] ?? join(import.meta.dirname, '../../dist')

/** The page is there when the library is. */
const PAGE = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<script type="module">
  import { WebRTCExporter } from '/index.js'
  window.WebRTCExporter = WebRTCExporter
</script>
`

/** A page of something else. */
const AWAY = '<!doctype html><link rel="icon" href="data:,">'

/** An app's own worker that spins for as long as its channel says, when it has said that it begins. */
const BUSY_WORKER = `import { startWorker } from '/stats.worker.js'
startWorker()
const channel = new BroadcastChannel('busy' + location.search)
channel.onmessage = ({ data }) => {
  channel.postMessage('begun')
  const end = performance.now() + data
  while (performance.now() < end);
}
`

interface Text {
  readonly type: 'text/html' | 'text/javascript'
  readonly body: string
}

const TEXTS: Readonly<Record<string, Text>> = {
  '/': { type: 'text/html', body: PAGE },
  '/away': { type: 'text/html', body: AWAY },
  '/busy.worker.js': { type: 'text/javascript', body: BUSY_WORKER },
}

/** @param faults a collector whose runs stand on this origin too */
export async function serveSite(faults?: string): Promise<Site> {
  if (!existsSync(join(LIBRARY, 'index.js'))) {
    throw new Error(`There is no build in ${LIBRARY}. Make it with: npm run build`)
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    if (faults !== undefined && pathname.startsWith('/run-')) passOn(faults, request, response)
    else void serve(pathname, response) // it never rejects
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** The same server, as another site. */
export const onOtherSite = (url: string): string => url.replace('127.0.0.1', 'localhost')

async function serve(pathname: string, response: ServerResponse): Promise<void> {
  const text = TEXTS[pathname]
  if (text) {
    response.writeHead(200, { 'content-type': text.type }).end(text.body)
    return
  }
  try {
    const file = await readFile(join(LIBRARY, basename(pathname)))
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(file)
  } catch {
    response.writeHead(404).end()
  }
}

/** What fails on one side fails on the other. */
function passOn(faults: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url = '/' } = request
  const onward = ask(new URL(url, faults), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    pipeline(answer, response, () => {})
  })
  pipeline(request, onward, (error) => error && response.destroy())
  onward.on('error', () => response.destroy())
}
