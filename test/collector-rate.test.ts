// How fast one address may ask.
import { afterEach, describe, expect, test } from 'vitest'
import { createRates } from '../collector/src/ingest/rate.ts'
import { networkOf } from '../collector/src/ingest/source.ts'
import { formatText } from '../collector/src/log-format.ts'
import type { Log } from '../collector/src/log.ts'
import { startCollector } from '../collector/src/serve.ts'
import { realClock } from '../collector/src/streams/clock.ts'
import type { RunningCollector, ServeOptions } from '../collector/src/serve.ts'
import { batchOf, itemOf } from './batches.ts'
import { ask, postBatch } from './posting.ts'
import { dial } from './socket-client.ts'

const TOO_FAST = 'Too many requests from one address.'
const OTHER = '127.0.0.2'

const lines: string[] = []
let collector: RunningCollector
let time = 0

async function start(options: Partial<ServeOptions> = {}): Promise<void> {
  lines.length = 0
  time = Date.parse('2026-03-01T12:00:00Z')
  const log: Log = (entry) => lines.push(formatText(entry))
  collector = await startCollector({ log, clock: { ...realClock, now: () => time }, ...options })
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
