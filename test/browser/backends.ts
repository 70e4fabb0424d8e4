// Backends as users have them, for the exporter to be tried against: each counts the items it has.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import express from 'express'
import type { RequestHandler } from 'express'

export interface Backends {
  /** The one that README shows. */
  readonly copied: string
  /** `express.json()` with its default limit of 100 kB, and `res.send('ok')`. */
  readonly stock: string
  /** Its CORS allows `Content-Type` and nothing else. */
  readonly strict: string
}

interface Closable {
  readonly url: string
  close(): Promise<unknown>
}

export async function startBackends(): Promise<{ urls: Backends; close(): Promise<void> }> {
  const all = await Promise.all([
    startCopied(),
    startExpress((request, response, next) => {
      response.set('Access-Control-Allow-Origin', '*')
      response.set('Access-Control-Allow-Headers', request.get('Access-Control-Request-Headers'))
      next()
    }),
    startExpress((_, response, next) => {
      response.set('Access-Control-Allow-Origin', '*')
      response.set('Access-Control-Allow-Headers', 'content-type')
      next()
    }),
  ])
  const [copied, stock, strict] = all
  return {
    urls: { copied: copied.url, stock: stock.url, strict: strict.url },
    async close() {
      for (const backend of all) await backend.close()
    },
  }
}

async function startExpress(cors: RequestHandler): Promise<Closable> {
  const items = new Set<string>()
  const app = express()
  app.use(cors)
  app.options('/ingest', (_, response) => void response.sendStatus(204))
  app.use(express.json())
  app.post('/ingest', (request, response) => {
    const { producer, items: sent } = request.body as { producer: string; items: { seq: number }[] }
    for (const { seq } of sent) items.add(`${producer} ${seq}`)
    response.send('ok')
  })
  app.get('/count', (_, response) => void response.json({ items: items.size }))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function startCopied(): Promise<Closable> {
  const folder = mkdtempSync(join(tmpdir(), 'backend-'))
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../../docs/backend.mjs')], {
    env: { ...process.env, PORT: '0', DATABASE_URL: `file:${join(folder, 'stats.db')}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    url: line.replace('/ingest', ''),
    async close() {
      const exited = once(child, 'exit')
      child.kill()
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}
