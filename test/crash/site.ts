// The built library and a page that exposes it, on loopback: a secure context. The origin stays as long as it runs.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'

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

export async function serveSite(): Promise<Site> {
  if (!existsSync(join(LIBRARY, 'index.js'))) {
    throw new Error(`There is no build in ${LIBRARY}. Make it with: npm run build`)
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    void serve(pathname, response) // it never rejects
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

async function serve(pathname: string, response: ServerResponse): Promise<void> {
  if (pathname === '/') {
    response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)
    return
  }
  try {
    const file = await readFile(join(LIBRARY, basename(pathname)))
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(file)
  } catch {
    response.writeHead(404).end()
  }
}
