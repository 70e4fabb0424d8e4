// The collector is killed under load, again and again: what it answered is there, once.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Batch, Item } from '../src/wire.ts'
import { batchOf, itemOf } from './batches.ts'
import { TIMES } from './long.ts'
import { dial } from './socket-client.ts'
import type { SocketClient } from './socket-client.ts'

const KILLS = TIMES > 1 ? 50 : 4
/** Of each kind, at once. */
const CLIENTS = 3
const MAX_LIFE_MS = 300

let folder: string
let child: ChildProcess
let url = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'collector-kill-'))
})

afterAll(() => {
  child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** On a file, and on a port that the next one can have, too. */
async function startChild(): Promise<void> {
  const program = fileURLToPath(new URL('../collector/src/cli.ts', import.meta.url))
  const args = ['--import', 'tsx', program, '--port', new URL(url || 'http://x:0').port || '0']
  child = spawn(process.execPath, [...args, '--data', join(folder, 'kill.db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout! })) {
    const found = /http:\/\/[\d.]+:\d+/.exec(line)
    if (!found) continue
    url = found[0]
    break
  }
  // Whoever does not read its lines holds it up.
  child.stdout!.resume()
}

async function kill(): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

type Send = (batch: Batch) => Promise<void>

/** Resolves when it is answered, rejects where it was not. */
async function post(body: Uint8Array | string, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(`${url}/ingest`, { method: 'POST', body: body as BodyInit, headers })
  const { rejected } = (await answer.json()) as { rejected: unknown[] }
  if (answer.status !== 200 || rejected.length > 0) throw new Error(`not kept: ${answer.status}`)
}

const byFetch: Send = (batch) =>
  post(gzipSync(JSON.stringify(batch)), { 'content-encoding': 'gzip' })

const byBeacon: Send = (batch) => post(JSON.stringify(batch), { 'content-type': 'text/plain' })

function bySocket(): Send {
  let client: SocketClient | null = null
  return async (batch) => {
    try {
      if (!client) {
        client = await dial(url)
        await client.greet()
      }
      client.send(batch)
      const { type } = await client.next()
      if (type !== 'ack') throw new Error(`not acked: ${type}`)
    } catch (error) {
      client = null
      throw error
    }
  }
}

interface Client {
  readonly send: Send
  readonly producer: string
  /** The next batch of this client. */
  readonly make: () => Batch
  /** What was not answered: it comes again in the next life, first. */
  unanswered: Batch | null
  /** What was answered, by `seq`: whether it was whole. */
  readonly ledger: Map<number, boolean>
}

/** Sends until the collector dies. */
async function sendAll(client: Client): Promise<void> {
  for (;;) {
    client.unanswered ??= client.make()
    const { items } = client.unanswered
    try {
      await client.send(client.unanswered)
    } catch {
      return
    }
    client.unanswered = null
    for (const { seq, partial } of items) {
      client.ledger.set(seq, client.ledger.get(seq) || !partial)
    }
  }
}

test(`what it answered is there once, after each of ${KILLS} kills under load`, async () => {
  const senders = [byFetch, byBeacon, null].flatMap((send) =>
    Array.from({ length: CLIENTS }, () => send ?? bySocket()),
  )
  const clients = senders.map((send, index): Client => {
    const producer = `p${index}`
    let seq = 0
    const make = (): Batch => {
      const items: Item[] = Array.from({ length: 1 + (seq % 5) }, () => {
        const isPartial = seq % 7 === 3
        return itemOf(seq++, { data: `${producer} ${seq}`, ...(isPartial && { partial: true }) })
      })
      // The whole one of what went in part before.
      const again = items.length > 3 && seq > 20 ? [itemOf(seq - 20, { data: 'whole' })] : []
      return batchOf([...items, ...again], { producer, sessionId: 'killed' })
    }
    return { send, producer, make, unanswered: null, ledger: new Map() }
  })
  let answered = 0
  for (let kills = 0; ; kills += 1) {
    await startChild()
    answered = await check(clients)
    if (kills === KILLS) break
    const running = clients.map(sendAll)
    await sleep(50 + Math.random() * MAX_LIFE_MS)
    await kill()
    await Promise.all(running)
  }
  expect(clients.filter(({ ledger }) => ledger.size === 0)).toEqual([])
  console.log(`${KILLS} kills: ${answered} items were answered, each is there once`)
}, 600_000)

/** How many were answered: each is there, once, and whole if it was. */
async function check(clients: readonly Client[]): Promise<number> {
  const answer = await fetch(`${url}/sessions/killed`)
  if (answer.status === 404) return 0
  const { items } = (await answer.json()) as { items: (Item & { producer: string })[] }
  const kept = new Map(items.map((item) => [`${item.producer} ${item.seq}`, item]))
  expect(kept.size, 'kept twice').toBe(items.length)
  const answered = clients.flatMap(({ producer, ledger }) =>
    [...ledger].map(([seq, isWhole]) => ({ id: `${producer} ${seq}`, isWhole })),
  )
  const missing = answered.filter(({ id }) => !kept.has(id))
  const partial = answered.filter(({ id, isWhole }) => isWhole && kept.get(id)?.partial)
  expect({ missing, partial }).toEqual({ missing: [], partial: [] })
  return answered.length
}
