// Whatever a client sends: the collector stays up, and others are served.
import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector } from '../collector/src/serve.ts'
import type { ServerFrame } from '../src/frames.ts'
import { batchOf, itemOf } from './batches.ts'
import { hostileBody } from './hostile.ts'
import { TIMES } from './long.ts'
import { dial } from './socket-client.ts'
import type { SocketClient } from './socket-client.ts'

const IS_LONG = TIMES > 1
const LIMIT_MS = IS_LONG ? 600_000 : 20_000

/** Twice as much is read for its id, and more closes the socket. */
const MAX_BYTES = 50_000

let collector: RunningCollector
let bystander: SocketClient

beforeAll(async () => {
  collector = await startCollector({
    log: () => {},
    maxBodyBytes: MAX_BYTES,
    maxRequestsPerSec: Infinity,
  })
  bystander = await dial(collector.url)
  await bystander.greet()
})

afterAll(async () => collector.close())

/** What the bystander is answered when it sends a batch. */
async function service(): Promise<ServerFrame> {
  bystander.send(batchOf([itemOf(0)], { batchId: 'bystander' }))
  return bystander.next()
}

const SERVED = { type: 'ack', batchId: 'bystander' }

const hello = { type: 'hello', schemaVersion: 1, producer: 'p', pending: [] }
/** One that is right but for one member. */
const nearly = <Base extends object>(base: Base): fc.Arbitrary<object> =>
  fc
    .record({ name: fc.constantFrom(...Object.keys(base)), value: fc.jsonValue() })
    .map(({ name, value }) => ({ ...base, [name]: value }))
const text = fc.oneof(
  fc.constant(hello),
  fc.constant({ type: 'ping' }),
  nearly(hello),
  fc.jsonValue(),
  fc.string(),
)
const bytes = fc.oneof(
  { weight: 9, arbitrary: hostileBody.filter(({ length }) => length < 2 * MAX_BYTES) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      Buffer.of(),
      Buffer.alloc(MAX_BYTES + 1),
      gzipSync(Buffer.alloc(1e6)),
    ),
  },
)
const tooLong = fc.constant(Buffer.alloc(2 * MAX_BYTES + 1))
const frames = fc.array(fc.oneof(text, bytes, tooLong), { maxLength: 12 })

test(
  'no frames of one client harm another',
  async () => {
    await fc.assert(
      fc.asyncProperty(frames, fc.boolean(), async (sent, isPolite) => {
        const client = await dial(collector.url)
        if (isPolite) await client.greet()
        for (const frame of sent) {
          if (frame instanceof Uint8Array) client.send(frame)
          else client.say(frame)
        }
        expect(await service()).toEqual(SERVED)
        client.ws.terminate()
      }),
      { numRuns: 60 * TIMES },
    )
  },
  LIMIT_MS,
)

test(
  'whatever comes as a batch is answered',
  async () => {
    const client = await dial(collector.url)
    await client.greet()
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        client.send(sent)
        expect((await client.next()).type).toBeOneOf(['ack', 'nack'])
      }),
      { numRuns: IS_LONG ? 20_000 : 300 },
    )
  },
  LIMIT_MS,
)

test(
  'no bytes behind an upgrade harm another',
  async () => {
    const upgrade = [
      'GET /ingest HTTP/1.1',
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
    ].join('\r\n')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (junk) => {
        const socket = connect(Number(new URL(collector.url).port), '127.0.0.1')
        socket.on('error', () => {})
        // The first frame may come in one piece with the upgrade.
        socket.write(Buffer.concat([Buffer.from(`${upgrade}\r\n\r\n`), junk]))
        await once(socket, 'data')
        expect(await service()).toEqual(SERVED)
        socket.destroy()
      }),
      { numRuns: 40 * TIMES },
    )
  },
  LIMIT_MS,
)
