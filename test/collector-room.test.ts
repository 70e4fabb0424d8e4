// How much one address may have on its way, bodies and answers, and that others are served.
import { setImmediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createHolds } from '../collector/src/ingest/hold.ts'
import { createTurns } from '../collector/src/ingest/turns.ts'
import { formatText } from '../collector/src/log-format.ts'
import { resolveOptions } from '../collector/src/options.ts'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector, ServeOptions } from '../collector/src/serve.ts'
import { batchOf, itemOf } from './batches.ts'
import { ask, postBatch } from './posting.ts'
import { open } from './raw-http.ts'
import { dial } from './socket-client.ts'

const NO_ROOM = 'Too many bodies are on their way: try again later.'
const OTHER = '127.0.0.2'
/** On a machine that does much else. */
const LATE = { timeout: 15_000 }

const lines: string[] = []
let collector: RunningCollector

async function start(options: Partial<ServeOptions> = {}): Promise<void> {
  lines.length = 0
  collector = await startCollector({ log: (entry) => lines.push(formatText(entry)), ...options })
}

afterEach(async () => collector?.close())

describe('what is held', () => {
  test('is bounded for one source and for all, and given back', () => {
    const { openHold } = createHolds({ maxBytes: 100, maxBytesPerSource: 60 })
    const [a, a2, b, nobody] = [openHold('a'), openHold('a'), openHold('b'), openHold(null)]
    expect([a.grow(40), a2.grow(21), a2.grow(20), b.grow(41), b.grow(40)]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ])
    expect(nobody.grow(1)).toBe(false)
    a.release()
    a.release()
    expect([nobody.grow(40), a2.grow(1)]).toEqual([true, false])
  })
})

test('there is room for a body as large as may be, and for what it inflates to', () => {
  const { openHold } = resolveOptions({ log: () => {}, maxBodyBytes: 1e9 })
  expect(openHold('a').grow(2e9)).toBe(true)
})

describe('work in turn', () => {
  test('is done by so many at once, in order, and past what fails', async () => {
    const inTurn = createTurns(2)
    let running = 0
    let most = 0
    const done: number[] = []
    const works = Array.from({ length: 9 }, (_, index) =>
      inTurn('a', async () => {
        most = Math.max(most, (running += 1))
        await setImmediate()
        running -= 1
        done.push(index)
        if (index % 3 === 0) throw new Error('no')
      }),
    )
    await Promise.allSettled(works)
    expect([most, done]).toEqual([2, [0, 1, 2, 3, 4, 5, 6, 7, 8]])
  })

  test('goes from source to source: who brings one waits for one of each', async () => {
    const inTurn = createTurns(1)
    const done: string[] = []
    const work = (source: string | null) => inTurn(source, async () => void done.push(`${source}`))
    await Promise.all(['a', 'a', 'a', 'a', 'b', 'b', null].map(work))
    expect(done.join(' ')).toBe('a a b null a b a')
    await work('c')
    expect(done.at(-1)).toBe('c')
  })
})

describe('too much on its way', () => {
  // One address may hold 10,000 bytes of it.
  const limited = { maxHeldBytes: 40_000 }
  const head = 'POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n'
  const big = (seq: number) => batchOf([itemOf(seq, { data: 'x'.repeat(5000) })])

  test('is 503 with Retry-After until what was sent is answered, and others are served', async () => {
    await start(limited)
    const slow = await open(collector.url)
    slow.write(`${head}${'x'.repeat(8000)}`)
    const refusal = { status: 503, text: NO_ROOM, headers: { 'retry-after': '5' } }
    await expect.poll(() => postBatch(collector.url, big(0)), LATE).toMatchObject(refusal)
    expect(await postBatch(collector.url, big(1), OTHER)).toMatchObject({ status: 200 })
    slow.socket.destroy()
    await expect.poll(() => postBatch(collector.url, big(2)), LATE).toMatchObject({ status: 200 })
  })

  test('counts what a body inflates to', async () => {
    await start(limited)
    const body = gzipSync(JSON.stringify(batchOf([itemOf(0, { data: 'x'.repeat(20_000) })])))
    const answer = await ask(`${collector.url}/ingest`, { method: 'POST', body })
    expect(answer).toMatchObject({ status: 503, text: NO_ROOM })
    const client = await dial(collector.url)
    await client.greet()
    client.send(body)
    expect(await client.next()).toMatchObject({ code: 503, reason: NO_ROOM, retryAfterMs: 5000 })
    expect(await postBatch(collector.url, big(0))).toMatchObject({ status: 200 })
  })

  test('leaves nothing behind, whatever comes', async () => {
    await start({ ...limited, maxBodyBytes: 6000 })
    const client = await dial(collector.url)
    await client.greet()
    for (let round = 0; round < 20; round += 1) {
      for (const body of ['{', 'x'.repeat(5500), 'x'.repeat(7000), gzipSync(Buffer.alloc(9000))]) {
        await ask(`${collector.url}/ingest`, { method: 'POST', body })
        client.send(Buffer.from(body))
        expect(await client.next()).toMatchObject({
          type: 'nack',
          code: expect.toBeOneOf([400, 413]),
        })
      }
    }
    expect(await postBatch(collector.url, big(0))).toMatchObject({ status: 200 })
  })

  test('closes a socket whose frame does not end, and others are served', async () => {
    await start({ maxHeldBytes: 1_000_000 })
    const [one, other] = [
      await dial(collector.url),
      await dial(collector.url, { localAddress: OTHER }),
    ]
    for (const client of [one, other]) await client.greet()
    one.ws.send(Buffer.alloc(1_000_000), { fin: false })
    expect(await one.closed).toBeOneOf([1006, 1013])
    expect(lines).toEqual([`refused with 503: ${NO_ROOM}`])
    other.send(batchOf([itemOf(0)], { batchId: 'b' }))
    expect(await other.next()).toEqual({ type: 'ack', batchId: 'b' })
  })

  test('closes a socket that sends it before hello', async () => {
    await start()
    const client = await dial(collector.url)
    client.ws.send(Buffer.alloc(1_000_000), { fin: false })
    expect(await client.closed).toBeOneOf([1006, 1008])
    expect(lines).toEqual(['closed a socket: Too much came before hello.'])
  })
})
