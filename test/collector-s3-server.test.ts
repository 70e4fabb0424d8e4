// The S3 sink against a real server that checks every signature, and is killed for real.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCollector } from '../collector/src/collector.ts'
import type { Collector } from '../collector/src/collector.ts'
import { formatText } from '../collector/src/log-format.ts'
import type { LogEntry } from '../collector/src/log.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import { realClock } from '../collector/src/streams/clock.ts'
import { Delivery } from '../collector/src/streams/delivery.ts'
import { createS3Sink } from '../collector/src/streams/s3.ts'
import type { S3Options } from '../collector/src/streams/s3-options.ts'
import type { Sink } from '../collector/src/streams/sink.ts'
import { batchOf, itemOf } from './batches.ts'
import { bytesOf, createStepClock, createWaiting } from './collector-waiting.ts'
import type { Waiting } from './collector-waiting.ts'
import { createIdleClock } from './idle-clock.ts'
import { HOUR_MS } from './rolling-up.ts'
import { ACCOUNT, REGION, startS3Server } from './s3/server.ts'
import type { S3Server } from './s3/server.ts'

const BUCKET = 'room-records'
const NAME = '2026-11-21/2026-11-21T13-00Z-60m-0.json'
const NEVER = new AbortController().signal

let server: S3Server

beforeAll(async () => {
  server = await startS3Server()
  await server.makeBucket(BUCKET)
}, 120_000)

afterAll(() => server?.close())

const sinkWith = (options: Partial<S3Options> = {}) =>
  createS3Sink(
    { endpoint: server.endpoint, bucket: BUCKET, region: REGION, ...ACCOUNT, ...options },
    realClock,
  )

describe('a real S3 server', () => {
  it('keeps the bytes under the name of the file', async () => {
    expect(await sinkWith().put(NAME, bytesOf('[{"roomId":"b\u00fcro"}]'), NEVER)).toEqual({
      status: 'ok',
    })
    expect(await server.read(BUCKET, NAME)).toEqual(bytesOf('[{"roomId":"b\u00fcro"}]'))
  })

  it('keeps the newest bytes of a name', async () => {
    for (const text of ['[1]', '[1]', '[1,2]']) {
      expect(await sinkWith().put('rooms/again.json', bytesOf(text), NEVER)).toEqual({
        status: 'ok',
      })
    }
    expect(await server.read(BUCKET, 'rooms/again.json')).toEqual(bytesOf('[1,2]'))
  })

  it.each([
    'b\u00fcro 1+2/\u4f1a\u8b70 (3)!.json',
    `it's*~-_.;:@&=$,[]{}|^"<>%25.json`,
    'what?x=1#y.json',
    '%2e%2e/up.json',
  ])('keeps a name with odd characters as it is: %s', async (name) => {
    const prefix = 'team & co/eu+1'
    expect(await sinkWith({ prefix }).put(name, bytesOf(name), NEVER)).toEqual({ status: 'ok' })
    expect(await server.read(BUCKET, `${prefix}/${name}`)).toEqual(bytesOf(name))
  })

  it('refuses a wrong secret, a wrong key and a wrong bucket, none of which is repeated', async () => {
    const wrong = { secretAccessKey: 'wrong-secret' }
    expect(await sinkWith(wrong).put('rooms/no.json', bytesOf('[]'), NEVER)).toEqual({
      status: 'retry',
      reason: 'The store refused the key or its secret (403 SignatureDoesNotMatch).',
    })
    expect(await sinkWith({ accessKeyId: 'no:body' }).put(NAME, bytesOf('[]'), NEVER)).toEqual({
      status: 'retry',
      reason: 'The store refused the key or its secret (403 SignatureDoesNotMatch).',
    })
    expect(await sinkWith({ bucket: 'elsewhere' }).put(NAME, bytesOf('[]'), NEVER)).toEqual({
      status: 'retry',
      reason: 'The store has no such bucket (404 NoSuchBucket).',
    })
    expect(await server.read(BUCKET, 'rooms/no.json')).toBeNull()
  })
})

describe('a delivery to a real S3 server', () => {
  const deliver = (files: Waiting, sink = sinkWith()) => {
    const clock = createStepClock()
    const lines: string[] = []
    const log = (line: string): void => void lines.push(line)
    const delivery = new Delivery({ files, sink, clock, random: () => 1, log })
    delivery.wake()
    return { clock, lines, delivery }
  }

  it('tries a wrong secret again and again, and with the mended one all of it arrives', async () => {
    const files = createWaiting({ 'rooms/a.json': '[1]', 'rooms/b.json': '[2]' })
    const before = deliver(files, sinkWith({ secretAccessKey: 'wrong-secret' }))
    const waits = [
      await before.clock.step(),
      await before.clock.step(),
      await before.clock.waiting(),
    ]
    await before.delivery.close()
    expect(waits).toEqual([1000, 2000, 4000])
    expect(before.lines).toEqual([
      's3: files wait: The store refused the key or its secret (403 SignatureDoesNotMatch).',
    ])
    expect(files.names()).toEqual(['rooms/a.json', 'rooms/b.json'])
    expect(await server.read(BUCKET, 'rooms/a.json')).toBeNull()

    const after = deliver(files)
    await files.empty()
    await after.delivery.close()
    expect(await server.read(BUCKET, 'rooms/a.json')).toEqual(bytesOf('[1]'))
    expect(await server.read(BUCKET, 'rooms/b.json')).toEqual(bytesOf('[2]'))
    expect(after.lines).toEqual([])
  })

  it('loses nothing while the server is down, nor what was on its way when it was killed', async () => {
    const files = createWaiting({ 'rooms/c.json': '[3]' })
    const { clock, lines, delivery } = deliver(files)
    await files.empty()

    server.freeze()
    files.add('rooms/d.json', '[4]')
    const isOnItsWay = headersSent()
    delivery.wake()
    await isOnItsWay
    await server.kill()
    await clock.step()
    // Tried while nobody listens.
    await clock.waiting()
    files.add('rooms/e.json', '[5]')
    delivery.wake()
    expect(files.names()).toEqual(['rooms/d.json', 'rooms/e.json'])

    await server.restart()
    await clock.step()
    await files.empty()
    await delivery.close()
    expect(await server.read(BUCKET, 'rooms/c.json')).toEqual(bytesOf('[3]'))
    expect(await server.read(BUCKET, 'rooms/d.json')).toEqual(bytesOf('[4]'))
    expect(await server.read(BUCKET, 'rooms/e.json')).toEqual(bytesOf('[5]'))
    expect(lines.at(-1)).toBe('s3: files arrive again')
    expect(lines).toContain('s3: files wait: The store cannot be reached (ECONNREFUSED).')
  })
})

describe('a collector with a real S3 server', () => {
  it('loses nothing while the server is down, though it is started anew meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'collector-s3-'))
    const clock = createIdleClock(Date.parse('2026-03-01T12:30:00Z'))
    const arrived: string[] = []
    const told: string[] = []
    const sink = sinkWith({ prefix: 'of-a-collector' })
    const counted: Sink = {
      ...sink,
      async put(name, body, signal) {
        const result = await sink.put(name, body, signal)
        if (result.status === 'ok') arrived.push(name)
        return result
      },
    }
    const open = async () => {
      const store = await openStore(join(folder, 'a.db'), { now: clock.now })
      const log = (entry: LogEntry): void => void told.push(formatText(entry))
      return createCollector({ store, clock, sink: counted, log })
    }
    const call = async (collector: Collector, producer: string): Promise<number> => {
      const timestamp = new Date(clock.now()).toISOString()
      const batch = batchOf([itemOf(0, { timestamp })], { producer, exportedAt: timestamp })
      const body = JSON.stringify({ ...batch, client: { ...batch.client, roomId: producer } })
      const request = new Request('http://x/ingest', { method: 'POST', body })
      return (await collector.fetch(request)).status
    }
    const waiting = async ({ store }: Collector) => (await store.filesToWrite(9)).length

    await server.kill()
    const before = await open()
    expect(await call(before, 'first')).toBe(200)
    await clock.advance(HOUR_MS)
    expect(await call(before, 'second')).toBe(200)
    await clock.advance(HOUR_MS)
    await expect.poll(() => told.join()).toContain('cannot be reached (ECONNREFUSED)')
    await before.close()

    const after = await open()
    await clock.advance(HOUR_MS)
    expect([await waiting(after), arrived]).toEqual([3, []])
    await server.restart()
    const isEmpty = async (): Promise<boolean> => {
      await clock.advance(60_000)
      return (await waiting(after)) === 0
    }
    await expect.poll(isEmpty, { timeout: 30_000 }).toBe(true)
    const hours = [12, 13, 14].map((hour) => `2026-03-01/2026-03-01T${hour}-00Z-60m-0.json`)
    expect(arrived).toEqual(hours)
    const files = await Promise.all(
      hours.map((name) => server.read(BUCKET, `of-a-collector/${name}`)),
    )
    const texts = files.map((bytes) => new TextDecoder().decode(bytes ?? undefined))
    const rooms = texts.map((text) =>
      (JSON.parse(text) as { room_id: string }[]).map((room) => room.room_id),
    )
    expect(rooms).toEqual([['first'], ['second'], []])
    await after.close()
    rmSync(folder, { recursive: true })
  })
})

/** https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md#undiciclientsendheaders */
function headersSent(): Promise<void> {
  const name = 'undici:client:sendHeaders'
  return new Promise((resolve) => {
    const tell = (): void => {
      unsubscribe(name, tell)
      resolve()
    }
    subscribe(name, tell)
  })
}
