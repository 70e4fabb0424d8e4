// A client that behaves, from an address of its own, while others do not: each of its batches must be kept.
import { setTimeout as sleep } from 'node:timers/promises'
import { batchOf, itemOf } from '../batches.ts'
import { ask } from '../posting.ts'
import { dial } from '../socket-client.ts'
import { KEY, ORIGIN } from './keys.ts'

export interface Service {
  /** By POST and by socket. */
  readonly sent: number
  /** What was not a 200, or not an ack. */
  readonly refused: readonly string[]
  readonly kept: number
  readonly slowestMs: number
}

/** All of 127.0.0.0/8 is this machine: the attackers come from another address of it. */
const FROM = { localAddress: '127.0.0.2' }
const PAUSE_MS = 20

/** Sends a batch by POST and one by socket in turn until it is stopped. */
export async function startBystander(
  url: string,
  sessionId = 'bystander',
): Promise<{ stop(): Promise<Service> }> {
  const headers = { authorization: `Bearer ${KEY}`, origin: ORIGIN }
  const socket = await dial(url, { headers: { origin: ORIGIN }, ...FROM })
  await socket.greet({ key: KEY })
  const refused: string[] = []
  let sent = 0
  let slowestMs = 0
  let isStopped = false

  async function send(post: boolean): Promise<string> {
    const batch = batchOf([itemOf(sent)], { sessionId, producer: sessionId })
    if (!post) {
      socket.send(batch)
      const answer = await socket.next()
      return answer.type === 'ack' && answer.batchId === batch.batchId ? '' : JSON.stringify(answer)
    }
    const body = JSON.stringify(batch)
    const options = { method: 'POST', body, headers, ...FROM }
    const { status, text } = await ask(`${url}/ingest`, options)
    return status === 200 ? '' : `${status} ${text}`
  }

  async function serve(): Promise<void> {
    while (!isStopped || sent < 4) {
      const before = performance.now()
      const wrong = await send(sent % 2 === 0).catch(String)
      if (wrong !== '') refused.push(wrong)
      slowestMs = Math.max(slowestMs, performance.now() - before)
      sent += 1
      await sleep(PAUSE_MS)
    }
  }

  const done = serve()
  return {
    async stop() {
      isStopped = true
      await done
      socket.ws.terminate()
      const { text } = await ask(`${url}/sessions/${sessionId}`, FROM)
      const { items } = JSON.parse(text) as { items: unknown[] }
      return { sent, refused, kept: items.length, slowestMs }
    },
  }
}
