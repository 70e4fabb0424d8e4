// Stands in front of the collector: for some participants it is out of order, when the recorder says so.
import { once } from 'node:events'
import { createServer, request as ask } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'

export interface Gate {
  /** With `/run-<peerId>/ingest` behind it. */
  readonly url: string
  /** `peerId` of those who get 503. */
  readonly shut: Set<string>
  close(): Promise<void>
}

export async function openGate(collectorUrl: string): Promise<Gate> {
  const shut = new Set<string>()
  const server = createServer((request, response) => {
    const [, who = '', rest] = /^\/run-(\w+)(\/.*)$/.exec(request.url ?? '') ?? []
    if (!shut.has(who)) return passOn(`${collectorUrl}${rest}`, request, response)
    request.resume()
    response.writeHead(503).end('out of order')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shut,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function passOn(target: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = request
  const onward = ask(target, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    pipeline(answer, response, () => {})
  })
  pipeline(request, onward, (error) => error && response.destroy())
  onward.on('error', () => response.destroy())
}
