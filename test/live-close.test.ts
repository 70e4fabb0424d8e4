// A collector with a port of its own closes at once, whoever follows it, and however slowly he reads.
import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startCollector } from '../collector/src/index.ts'
import { batchOf, itemOf } from './batches.ts'
import { postBatch } from './posting.ts'

/** Far beyond what a test may take: were it waited for, the test would fail. */
const timeouts = { closeMs: 600_000 }

/** Opens a stream, and leaves its reading to the test. */
async function open(url: string, path: string): Promise<IncomingMessage> {
  const sent = request(`${url}${path}`, { agent: false }).end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.on('error', () => {}) // it is cut
  return answer
}

test('who reads, who does not, and who has just come are let go when it closes', async () => {
  const collector = await startCollector({ log: () => {}, timeouts, maxRequestsPerSec: 1e6 })
  const long = { tag: 'application', event: 'note', data: 'x'.repeat(1900) } as const
  for (let seq = 0; seq < 20_000; seq += 1500) {
    const items = Array.from({ length: 1500 }, (_, index) => itemOf(seq + index, long))
    expect((await postBatch(collector.url, batchOf(items))).status).toBe(200)
  }
  const reading = await open(collector.url, '/live/rooms/s')
  const slow = await open(collector.url, '/live/connections/1')
  const fresh = await open(collector.url, '/live/sessions')
  await once(reading, 'data')
  await once(slow, 'readable')
  reading.resume()
  fresh.resume()
  // For the ways to the slow one to fill.
  await sleep(300)
  const ends = [once(reading, 'end'), once(fresh, 'end')]
  await collector.close()
  await Promise.all(ends)
  expect([reading.complete, fresh.complete]).toEqual([true, true])
  slow.destroy()
})
