// A plain static server: files with their types, and the headers it is told.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { json } from 'node:stream/consumers'
import type { Served } from './exec.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.map': 'application/json',
}

/** Where a policy's `report-uri` may lead: a worker's violations raise no event on the page. */
export const REPORT_PATH = '/violations'

/** The part of https://www.w3.org/TR/CSP3/#deprecated-serialize-violation that is read. */
interface Report {
  readonly 'csp-report': Readonly<Record<string, string>>
}

/** Serves a folder on a free port of this machine. */
export async function serveFolder(
  folder: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const violations: string[] = []
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === REPORT_PATH) {
      const { 'csp-report': report } = (await json(request)) as Report
      violations.push(`${report['effective-directive']} blocked ${report['blocked-uri']}`)
      response.writeHead(204).end()
      return
    }
    const path = normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname)
    const body = await readFile(join(folder, path)).catch(() => null)
    const type = TYPES[extname(path)] ?? 'application/octet-stream'
    response.writeHead(body ? 200 : 404, { 'Content-Type': body ? type : 'text/plain', ...headers })
    response.end(body ?? 'not found')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    violations,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
