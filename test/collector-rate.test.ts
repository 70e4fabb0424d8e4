// How fast one address may ask, and how much it may have on its way.
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createHolds } from '../collector/src/ingest/hold.ts'
import { createRates } from '../collector/src/ingest/rate.ts'
import { networkOf } from '../collector/src/ingest/source.ts'
import { createTurns } from '../collector/src/ingest/turns.ts'
import { formatText } from '../collector/src/log-format.ts'
import type { Log } from '../collector/src/log.ts'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector, ServeOptions } from '../collector/src/serve.ts'
import { batchOf, itemOf } from './batches.ts'
import { ask, postBatch } from './posting.ts'
import { dial } from './socket-client.ts'

const TOO_FAST = 'Too many requests from one address.'
const NO_ROOM = 'Too many bodies are on their way: try again later.'
const OTHER = '127.0.0.2'

const lines: string[] = []
let collector: RunningCollector
let time = 0

async function start(options: Partial<ServeOptions> = {}): Promise<void> {
  lines.length = 0
  time = Date.parse('2026-03-01T12:00:00Z')
  const log: Log = (entry) => lines.push(formatText(entry))
  collector = await startCollector({ log, now: () => time, ...options })
}

afterEach(async () => {
  await collector?.close()
})

describe('a bucket of tokens', () => {
  const rates = (perSec: number, burst: number, maxSources?: number) =>
    createRates({ perSec, burst }, () => time, maxSources)
  const count = (take: () => { status: string }, times: number) =>
    Array.from({ length: times }, take).filter(({ status }) => status === 'ok').length

  test('gives a burst, then so many a second, and never more than a burst', () => {
    const judge = rates(2, 10)
    expect(count(() => judge('a'), 50)).toBe(10)
    time += 1500
    expect(count(() => judge('a'), 50)).toBe(3)
    time += 1e9
    expect(count(() => judge('a'), 50)).toBe(10)
  })

  test('is one for each source, and none for a source that nobody can name', () => {
    const judge = rates(1, 1)
    expect(count(() => judge('a'), 9)).toBe(1)
    expect(count(() => judge('b'), 9)).toBe(1)
    expect(count(() => judge(null), 9)).toBe(9)
  })

  test('says when there is a token again, but no less than a second', () => {
    const judge = rates(0.1, 1)
    judge('a')
    expect(judge('a')).toMatchObject({ retryAfterMs: 10_000 })
    time += 9500
    expect(judge('a')).toMatchObject({ retryAfterMs: 1000 })
  })

  test('is news once in ten seconds', () => {
    const judge = rates(0.001, 1)
    const said = () => {
      const verdict = judge('a')
      return verdict.status === 'refused' && verdict.isNews
    }
    expect([said(), said(), said()]).toEqual([false, true, false])
    time += 10_000
    expect([said(), said()]).toEqual([true, false])
  })

  test('loses nothing to a clock that is set back', () => {
    const judge = rates(1, 2)
    judge('a')
    time -= 60_000
    expect(count(() => judge('a'), 9)).toBe(1)
    time += 1000
    expect(count(() => judge('a'), 9)).toBe(1)
  })

  test('is forgotten over the bound, the longest silent first', () => {
    const judge = rates(0.001, 1, 2)
    for (const source of ['a', 'b', 'a', 'c']) judge(source)
    expect(judge('a').status).toBe('refused')
    expect(judge('b').status).toBe('ok')
  })
})

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', null],
  [undefined, null],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

describe('what is held', () => {
  test('is bounded for one source and for all, and given back', () => {
    const open = createHolds({ maxBytes: 100, maxBytesPerSource: 60 })
    const [a, a2, b, nobody] = [open('a'), open('a'), open('b'), open(null)]
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

test('work in turn is done by so many at once, in order, and past what fails', async () => {
  const inTurn = createTurns(2)
  let running = 0
  let most = 0
  const done: number[] = []
  const works = Array.from({ length: 9 }, (_, index) =>
    inTurn(async () => {
      most = Math.max(most, (running += 1))
      await sleep(1)
      running -= 1
      done.push(index)
      if (index % 3 === 0) throw new Error('no')
    }),
  )
  await Promise.allSettled(works)
  expect([most, done]).toEqual([2, [0, 1, 2, 3, 4, 5, 6, 7, 8]])
})

describe('too fast', () => {
  const limited = { maxRequestsPerSec: 2 }

  test('is 429 with Retry-After, and others are served', async () => {
    await start(limited)
    const headers = { origin: 'https://app.example' }
    const answers = []
    for (let sent = 0; sent < 20; sent += 1) {
      answers.push(await ask(`${collector.url}/ingest`, { method: 'POST', body: '{', headers }))
    }
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array<number>(10).fill(400),
      ...Array<number>(10).fill(429),
    ])
    expect(answers.at(-1)).toMatchObject({
      text: TOO_FAST,
      headers: { 'retry-after': '1', 'access-control-allow-origin': '*' },
    })
    expect(lines.filter((line) => line.includes('429'))).toEqual([`refused with 429: ${TOO_FAST}`])
    expect(await postBatch(collector.url, batchOf([itemOf(0)]), OTHER)).toMatchObject({
      status: 200,
    })
    time += 1000
    expect(await postBatch(collector.url, batchOf([itemOf(1)]))).toMatchObject({ status: 200 })
  })

  test('is a nack of each batch on a socket, of all sockets of an address together', async () => {
    await start(limited)
    const [one, two] = [await dial(collector.url), await dial(collector.url)]
    const other = await dial(collector.url, { localAddress: OTHER })
    for (const client of [one, two, other]) await client.greet()
    const answers = []
    for (let sent = 0; sent < 12; sent += 1) {
      const client = sent % 2 === 0 ? one : two
      client.send(batchOf([itemOf(sent)], { batchId: `b${sent}` }))
      answers.push(await client.next())
    }
    expect(answers.map(({ type }) => type).join(' ')).toBe('ack '.repeat(8) + 'nack nack nack nack')
    const nack = { type: 'nack', batchId: 'b11', code: 429, reason: TOO_FAST, retryAfterMs: 1000 }
    expect(answers.at(-1)).toEqual(nack)
    other.send(batchOf([itemOf(99)], { batchId: 'b99' }))
    expect(await other.next()).toEqual({ type: 'ack', batchId: 'b99' })
  })

  test('is an upgrade refused with 429', async () => {
    await start({ maxRequestsPerSec: 0.2 })
    await dial(collector.url)
    await expect(dial(collector.url)).rejects.toThrow('refused with 429')
    await expect(dial(collector.url, { localAddress: OTHER })).resolves.toBeDefined()
  })

  test('closes a socket that sends on when it is told to wait', async () => {
    await start({ maxRequestsPerSec: 0.4 })
    const client = await dial(collector.url)
    await client.greet()
    let heard = 0
    const hear = async () => {
      for (;;) {
        client.send(batchOf([itemOf(heard)]))
        await client.next()
        heard += 1
      }
    }
    await hear().catch(() => {})
    expect([await client.closed, heard]).toEqual([1008, 17])
    expect(lines.at(-1)).toBe('closed a socket: It sends on where it is to wait.')
  })

  test('closes a socket that pings and pings', async () => {
    await start()
    const client = await dial(collector.url)
    await client.greet()
    for (let sent = 0; sent < 70; sent += 1) client.say({ type: 'ping' })
    expect(await client.closed).toBe(1008)
    expect(lines).toEqual(['closed a socket: More pings than a client needs.'])
  })

  test.each([0, -1, NaN])('never takes %s for a rate', async (maxRequestsPerSec) => {
    await expect(startCollector({ log: () => {}, maxRequestsPerSec })).rejects.toThrow(
      'maxRequestsPerSec: expected a number > 0',
    )
  })
})

describe('too much on its way', () => {
  // One address may hold 10,000 bytes of it.
  const limited = { maxHeldBytes: 40_000 }
  const head = 'POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n'
  const big = (seq: number) => batchOf([itemOf(seq, { data: 'x'.repeat(5000) })])

  test('is 503 with Retry-After until what was sent is answered, and others are served', async () => {
    await start(limited)
    const slow = connect(Number(new URL(collector.url).port), '127.0.0.1')
    slow.on('error', () => {})
    slow.write(`${head}${'x'.repeat(8000)}`)
    const refusal = { status: 503, text: NO_ROOM, headers: { 'retry-after': '5' } }
    await expect.poll(() => postBatch(collector.url, big(0))).toMatchObject(refusal)
    expect(await postBatch(collector.url, big(1), OTHER)).toMatchObject({ status: 200 })
    slow.destroy()
    await expect.poll(() => postBatch(collector.url, big(2))).toMatchObject({ status: 200 })
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
