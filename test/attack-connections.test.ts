// Connections that hold a collector up: slow ones, silent ones, ten thousand of them, and sockets that talk nonsense.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openArena } from './attack/arena.ts'
import type { Arena } from './attack/arena.ts'
import { KEY, ORIGIN } from './attack/keys.ts'
import { expectCleanLog, judge, SERVED } from './attack/report.ts'
import { FRAMES, frame, upgradeRequest } from './attack/frames.ts'
import { batchOf, itemOf } from './batches.ts'
import { TIMES } from './long.ts'
import { ask } from './posting.ts'
import { open, rawRequest } from './raw-http.ts'
import type { RawConnection } from './raw-http.ts'

const IS_LONG = TIMES > 1
const LIMIT_MS = IS_LONG ? 300_000 : 20_000
const AUTH = [`Authorization: Bearer ${KEY}`, `Origin: ${ORIGIN}`]
const HELLO = frame(
  1,
  Buffer.from(
    JSON.stringify({ type: 'hello', schemaVersion: 1, producer: 'p', pending: [], key: KEY }),
  ),
)

let arena: Arena

/** One for the tests of a group. */
function startBefore(options: Parameters<typeof openArena>[0] = {}): void {
  beforeAll(async () => {
    arena = await openArena({ maxRequestsPerSec: 1e9, ...options })
  })

  afterAll(async () => {
    expectCleanLog(arena)
    await arena.stop()
  })
}

/** Opens so many, a hundred at a time, each from one of these addresses in turn, and says the same on each. */
async function openMany(
  count: number,
  say: string | Buffer,
  from = ['127.0.0.1'],
): Promise<RawConnection[]> {
  const all: RawConnection[] = []
  while (all.length < count) {
    const size = Math.min(100, count - all.length)
    const some = Array.from({ length: size }, (_, at) =>
      open(arena.url, from[(all.length + at) % from.length]),
    )
    for (const connection of await Promise.all(some)) {
      if (say.length > 0) connection.socket.write(say)
      all.push(connection)
    }
  }
  return all
}

/** A piece to each of them, now and then, until they are all closed. */
async function dripUntilClosed(
  all: RawConnection[],
  pieceAt: (at: number) => string,
): Promise<void> {
  let at = 0
  const timer = setInterval(() => {
    const piece = pieceAt(at)
    at += 1
    for (const { socket, write } of all) if (piece !== '' && !socket.destroyed) write(piece)
  }, 50)
  await Promise.all(all.map(({ closed }) => closed))
  clearInterval(timer)
}

const openOf = (all: RawConnection[]) => all.filter(({ socket }) => !socket.destroyed).length
const silence = () => ''
const byteByByte = () => 'x'

describe('slow and silent', () => {
  startBefore({
    timeouts: { headersMs: 500, requestMs: 1000, keepAliveMs: 500 },
    // A disk that takes a second to be sure does not make the bystander silent.
    sockets: { helloMs: 500, idleMs: 3000 },
  })

  const head = rawRequest('POST', '/ingest', AUTH, 'x'.repeat(9999)).slice(0, -9999)
  const hello = HELLO.toString('latin1')

  const kinds: [string, string | Buffer, (at: number) => string][] = [
    ['heads a byte at a time (slowloris)', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: ', byteByByte],
    ['bodies a byte at a time', head, byteByByte],
    ['connections that say nothing', '', silence],
    ['sockets that say no hello', upgradeRequest(), silence],
    ['sockets whose hello is a byte at a time', upgradeRequest(), (at) => hello.slice(at, at + 1)],
    ['sockets silent after hello (half-open)', Buffer.concat([upgradeRequest(), HELLO]), silence],
  ]

  // One at the beginning and one at the end; test/collector-connections.test.ts has the others.
  test.each(IS_LONG ? kinds : [...kinds.slice(0, 1), ...kinds.slice(-1)])(
    '%s are cut',
    async (name, first, pieceAt) => {
      const count = IS_LONG ? 1900 : 100
      const outcome = await arena.under(async () => {
        await dripUntilClosed(await openMany(count, first), pieceAt)
      })
      expect(judge(`${count} ${name}`, outcome)).toEqual(SERVED)
    },
    LIMIT_MS,
  )
})

describe('ten thousand connections', () => {
  startBefore(IS_LONG ? {} : { maxConnectionsPerAddress: 200 })

  const count = IS_LONG ? 10_000 : 1000
  const most = IS_LONG ? 2000 : 200

  test.each<[string, string | Buffer]>([
    ['that say nothing', ''],
    ['that begin a request', 'POST /ingest HTTP/1.1\r\nHost: x\r\nX-A: '],
    ['that are sockets', Buffer.concat([upgradeRequest(), HELLO])],
  ])(
    '%s, of one address',
    async (name, say) => {
      let left = 0
      const outcome = await arena.under(async () => {
        const all = await openMany(count, say)
        await expect.poll(() => openOf(all), { timeout: LIMIT_MS }).toBeLessThanOrEqual(most)
        left = openOf(all)
        for (const { socket } of all) socket.destroy()
      })
      expect(judge(`${count} connections ${name}, ${left} left open`, outcome)).toEqual(SERVED)
    },
    LIMIT_MS,
  )
})

describe('thousands of sockets', () => {
  startBefore()

  test(
    'of many addresses that all behave',
    async () => {
      const from = Array.from({ length: 5 }, (_, at) => `127.0.1.${at + 1}`)
      const many = IS_LONG ? 9000 : 400
      let left = 0
      const outcome = await arena.under(async () => {
        const all = await openMany(many, Buffer.concat([upgradeRequest(), HELLO]), from)
        await expect
          .poll(() => all.every(({ heard }) => heard().includes('welcome')), { timeout: LIMIT_MS })
          .toBe(true)
        left = openOf(all)
        for (const { socket } of all) socket.destroy()
      })
      const each = `${(outcome.grownBytes / many / 1000).toFixed(1)} kB each`
      expect(judge(`${many} sockets of five addresses, ${each}`, outcome)).toEqual(SERVED)
      expect(left).toBe(many)
    },
    LIMIT_MS,
  )
})

describe('much and nonsense', () => {
  startBefore()

  test('bodies of 4 MiB of which the end never comes', async () => {
    const head = rawRequest('POST', '/ingest', AUTH, 'x'.repeat(4_000_000)).slice(0, -4_000_000)
    const body = Buffer.concat([Buffer.from(head), Buffer.alloc(3_900_000, 'x')])
    const outcome = await arena.under(async () => {
      const all = await openMany(100, body)
      await sleep(500)
      for (const { socket } of all) socket.destroy()
    })
    expect(judge('100 bodies of 4 MiB without an end', outcome)).toEqual(SERVED)
  })

  test('frames of 8 MiB of which the end never comes', async () => {
    const begun = frame(2, Buffer.alloc(7_000_000, 'x')).subarray(0, -1)
    const outcome = await arena.under(async () => {
      const all = await openMany(100, Buffer.concat([upgradeRequest(), HELLO, begun]))
      await sleep(500)
      for (const { socket } of all) socket.destroy()
    })
    expect(judge('100 frames of 7 MB without an end', outcome)).toEqual(SERVED)
  })

  test('requests for answers that are not read', async () => {
    const count = IS_LONG ? 200 : 20
    for (const seq of [0, 1, 2, 3, 4]) {
      const large = itemOf(seq, { data: 'x'.repeat(3_000_000) })
      const body = JSON.stringify(batchOf([large], { sessionId: 'large' }))
      await ask(`${arena.url}/ingest?key=${KEY}`, { method: 'POST', body })
    }
    const request = rawRequest('GET', '/sessions/large', AUTH)
    const outcome = await arena.under(async () => {
      const all = await openMany(count, '')
      for (const { socket } of all) socket.pause().write(request)
      await sleep(500)
      for (const { socket } of all) socket.destroy()
    })
    expect(judge(`${count} answers of 15 MB unread`, outcome)).toEqual(SERVED)
  })

  test(
    'nonsense behind an upgrade, and as requests',
    async () => {
      const heads = [
        'GET\r\n\r\n',
        'POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
        'POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
        'POST /ingest HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n',
        `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
        `GET / HTTP/1.1\r\nHost: x\r\n${'X-A: x\r\n'.repeat(5000)}\r\n`,
        'GET /sessions/%E0%A4%A HTTP/1.1\r\nHost: x\r\n\r\n',
        'GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n',
        'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
        'GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
        'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      ]
      const said = [...heads.map((head) => Buffer.from(head, 'latin1')), randomBytes(5000)]
      const outcome = await arena.under(async () => {
        for (let round = 0; round < (IS_LONG ? 50 : 5); round += 1) {
          const all = await Promise.all([
            ...said.map((bytes) => openMany(1, bytes)),
            ...FRAMES.map((bytes) => openMany(1, Buffer.concat([upgradeRequest(), bytes]))),
            ...FRAMES.map((bytes) => openMany(1, Buffer.concat([upgradeRequest(), HELLO, bytes]))),
          ])
          await sleep(50)
          for (const { socket, heard } of all.flat()) {
            expect(heard()).not.toMatch(/^HTTP\/1.1 5/)
            socket.destroy()
          }
        }
      })
      expect(judge('nonsense', outcome)).toEqual(SERVED)
    },
    LIMIT_MS,
  )
})

describe('a flood', () => {
  // Less than the slowest machine asks for, more than the bystander does.
  startBefore({ maxRequestsPerSec: 100 })

  test(
    'a flood of requests of one address is answered with 429, others are served',
    async () => {
      const statuses = new Map<number, number>()
      const outcome = await arena.under(async () => {
        for (let round = 0; round < (IS_LONG ? 100 : 15); round += 1) {
          const some = Array.from({ length: 100 }, () => ask(`${arena.url}/healthz`))
          for (const { status } of await Promise.all(some)) {
            statuses.set(status, (statuses.get(status) ?? 0) + 1)
          }
        }
      })
      expect(judge(`a flood (${JSON.stringify([...statuses])})`, outcome)).toEqual(SERVED)
      expect([...statuses.keys()].sort()).toEqual([200, 429])
      expect(arena.lines().filter((line) => line.includes('429')).length).toBeLessThan(20)
    },
    LIMIT_MS,
  )
})
