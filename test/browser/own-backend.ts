// A backend that speaks something of its own, for an app's own transports: lines of JSON, and a socket that echoes ids.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { Batch, Item } from '../../src/wire.ts'

export interface OwnBackend {
  /** `/lines/<run>` takes them, `/socket/<run>` too, and `/seqs/<run>` says which `seq`s it has. */
  readonly url: string
  close(): Promise<void>
}

export async function startOwnBackend(): Promise<OwnBackend> {
  const runs = new Map<string, number[]>()
  const keep = (run: string, items: readonly Item[]): void => {
    runs.set(run, [...(runs.get(run) ?? []), ...items.map(({ seq }) => seq)])
  }
  const server = createServer((request, response) => {
    const [, what, run = ''] = (request.url ?? '').split('/')
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      if (what === 'lines' && text)
        keep(
          run,
          text.split('\n').map((line) => JSON.parse(line) as Item),
        )
      const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
      response
        .writeHead(200, headers)
        .end(what === 'seqs' ? JSON.stringify(runs.get(run) ?? []) : '')
    })
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket, { url = '' }) => {
    socket.on('message', (data: Buffer) => {
      const { batchId, items } = JSON.parse(data.toString()) as Batch
      keep(url.split('/')[2] ?? '', items)
      socket.send(batchId)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
