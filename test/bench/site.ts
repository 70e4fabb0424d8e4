// The pages of the benches, the built library, and a server that takes whatever is sent to it.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { build } from 'vite'
import type { Rolldown } from 'vite'

export interface Site {
  readonly url: string
  close(): Promise<void>
}

const LIBRARY = join(import.meta.dirname, '../../dist')
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
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    if (request.method === 'POST') {
      request.resume().on('end', () => response.writeHead(204).end())
    } else if (pathname === '/') send(response, 'text/html', PAGE)
    else if (pathname === '/main.js') send(response, 'text/javascript', main)
    else void sendFile(response, join(LIBRARY, basename(pathname))) // it never rejects
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

/** One module for the page, minified as an app's is. */
async function bundle(input: string): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: { input, output: { codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput
  return built.output[0].code
}

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.writeHead(200, { 'content-type': type }).end(body)
}

async function sendFile(response: ServerResponse, path: string): Promise<void> {
  try {
    send(response, 'text/javascript', await readFile(path))
  } catch {
    response.writeHead(404).end()
  }
}
