import { describe, expect, it } from 'vitest'
import { DEFAULTS, resolveOptions } from '../src/options.ts'
import type { ExporterOptions } from '../src/options.ts'

const resolve = (options: unknown): ReturnType<typeof resolveOptions> =>
  resolveOptions(options as ExporterOptions, 'https://app.example/room/', () => 'new-id')

describe('options', () => {
  it('every option has the default of the contract', async () => {
    const { headers, ...settings } = resolve({ url: '/stats' })
    expect(settings).toEqual({
      url: 'https://app.example/stats',
      sessionId: 'new-id',
      sessionName: 'unknown',
      getStatsInterval: 2000,
      adaptive: null,
      rawStats: false,
      statsObject: false,
      batchSize: 20,
      flushInterval: 5000,
      timeout: 10_000,
      maxRetries: 3,
      retryBaseDelay: 500,
      retryMaxDelay: 10_000,
      debug: false,
      detail: 'full',
      compression: 'none',
      maxBatchBytes: 96_000,
      transport: [
        { name: 'fetch', url: 'https://app.example/stats', isOnPage: false, object: null },
      ],
      beaconTail: 49_152,
      roomId: 'new-id',
      userId: null,
      keys: {},
      sampleRate: 1,
      redact: null,
      queue: {
        maxBytes: 20_971_520,
        maxItems: 20_000,
        maxAge: 259_200_000,
        backlogBytesPerSec: 65_536,
        storage: 'auto',
      },
      worker: null,
    })
    expect(await headers.ask()).toEqual({})
  })

  it('an option that is undefined has its default', () => {
    expect(resolve({ url: '/x', batchSize: undefined }).batchSize).toBe(DEFAULTS.batchSize)
  })

  it.each([
    ['websocket', '/in?a=1', 'wss://app.example/in?a=1'],
    ['websocket', 'ws://stats.example/in', 'ws://stats.example/in'],
    ['fetch', 'wss://stats.example/in', 'https://stats.example/in'],
    ['beacon', 'ws://stats.example/in', 'http://stats.example/in'],
    [{ type: 'websocket', url: 'http://other.example/' }, '/in', 'ws://other.example/'],
    [{ type: 'beacon', url: '/b?key=k' }, '/in', 'https://app.example/b?key=k'],
  ])('http and ws are swapped as the transport needs: %j of %s', (transport, url, expected) => {
    expect(resolve({ url, transport }).transport[0]?.url).toBe(expected)
  })

  it('an object that sends is a transport that lives on the page', () => {
    const mine = { name: 'mine', send: async () => ({ status: 'ok' }) as const, close() {} }
    const { transport } = resolve({ url: '/x', transport: ['fetch', mine, 'beacon', 'theirs'] })
    expect(transport.map(({ name, isOnPage }) => [name, isOnPage])).toEqual([
      ['fetch', false],
      ['mine', true],
      ['beacon', true],
      ['theirs', false],
    ])
    expect(transport[1]?.object).toBe(mine)
  })

  it.each([
    [2000, true, 1000, 10_000],
    [2000, {}, 1000, 10_000],
    [2000, { maxInterval: 60_000 }, 1000, 60_000],
    [2000, { minInterval: 100 }, 100, 10_000],
    [600, true, 500, 3000],
    [300, true, 300, 1500],
    [30_000, true, 15_000, 60_000],
    [90_000, true, 45_000, 90_000],
    [2 ** 31 - 1, true, 2 ** 30 - 1, 2 ** 31 - 1],
  ])(
    'the interval of %i ms with adaptive %j is within %i and %i ms',
    (getStatsInterval, adaptive, minInterval, maxInterval) => {
      expect(resolve({ url: '/x', getStatsInterval, adaptive }).adaptive).toEqual({
        minInterval,
        maxInterval,
      })
    },
  )

  it('the room is the session where none is given', () => {
    expect(resolve({ url: '/x', sessionId: 's1' }).roomId).toBe('s1')
  })

  it.each([
    [undefined, 'options: expected an object, got undefined'],
    [{}, 'url: expected an http, https, ws or wss address, got undefined'],
    [{ url: 'ftp://x/' }, 'url: expected an http, https, ws or wss address, got "ftp://x/"'],
    [{ url: 'http://[' }, 'url: expected an http, https, ws or wss address, got "http://["'],
    [{ url: '/x', batchSize: -1 }, 'batchSize: expected an integer > 0, got -1'],
    [{ url: '/x', batchSize: 1.5 }, 'batchSize: expected an integer > 0, got 1.5'],
    [{ url: '/x', batchSize: '20' }, 'batchSize: expected an integer > 0, got "20"'],
    [{ url: '/x', maxRetries: -1 }, 'maxRetries: expected an integer >= 0, got -1'],
    [{ url: '/x', timeout: 2 ** 31 }, 'timeout: expected an integer <= 2147483647, got 2147483648'],
    [{ url: '/x', debug: 'yes' }, 'debug: expected true or false, got "yes"'],
    [{ url: '/x', queue: 5 }, 'queue: expected an object, got 5'],
    [{ url: '/x', queue: { maxItems: 0 } }, 'queue.maxItems: expected an integer > 0, got 0'],
    [
      { url: '/x', queue: { storage: 'disk' } },
      "queue.storage: expected 'auto' or 'memory', got \"disk\"",
    ],
    [{ url: '/x', queue: { maxSize: 1 } }, 'queue: expected'],
    [
      { url: '/x', detail: 'some' },
      "detail: expected 'full' or 'report' or 'metrics', got \"some\"",
    ],
    [{ url: '/x', headers: { a: 1 } }, 'headers.a: expected a string, got 1'],
    [{ url: '/x', sessionId: '' }, 'sessionId: expected a string that is not empty, got ""'],
    [{ url: '/x', redact: { adresses: true } }, /^redact: expected .*'addresses'.*got "adresses"$/],
    [
      { url: '/x', redact: 7 },
      "redact: expected 'addresses', 'all' or an object of switches, got 7",
    ],
    [{ url: '/x', keys: { a: 1 } }, 'keys.a: expected a string, got 1'],
    [
      { url: '/x', transport: [] },
      'transport: expected a name, { type, url }, an object with a name and send(), or a list of them, got an array',
    ],
    [{ url: '/x', transport: 5 }, /^transport: expected a name, .*, got 5$/],
    [{ url: '/x', transport: ['fetch', {}] }, /^transport: expected a name, .*, got an object$/],
    [
      { url: '/x', transport: { type: 'fetch', url: 'ftp://x/' } },
      'transport.url: expected an http, https, ws or wss address, got "ftp://x/"',
    ],
    [
      { url: '/x', transport: { send() {}, close() {} } },
      'transport.name: expected a string that is not empty, got undefined',
    ],
    [
      { url: '/x', adaptive: 500 },
      'adaptive: expected true, false or an object of bounds, got 500',
    ],
    [
      { url: '/x', adaptive: { interval: 1 } },
      'adaptive: expected minInterval or maxInterval, got "interval"',
    ],
    [
      { url: '/x', adaptive: { minInterval: 2001 } },
      'adaptive.minInterval: expected an integer <= 2000, got 2001',
    ],
    [
      { url: '/x', adaptive: { minInterval: 0 } },
      'adaptive.minInterval: expected an integer > 0, got 0',
    ],
    [
      { url: '/x', getStatsInterval: 5000, adaptive: { maxInterval: 4999 } },
      'adaptive.maxInterval: expected an integer >= 5000, got 4999',
    ],
    [{ url: '/x', sampleRate: 1.1 }, 'sampleRate: expected a number from 0 to 1, got 1.1'],
    [{ url: '/x', sampleRate: '1' }, 'sampleRate: expected a number from 0 to 1, got "1"'],
    [{ url: '/x', sampleRate: NaN }, 'sampleRate: expected a number from 0 to 1, got NaN'],
    [{ url: '/x', beaconTail: -1 }, 'beaconTail: expected an integer >= 0, got -1'],
    [{ url: '/x', beaconTail: 65_536 }, 'beaconTail: expected an integer <= 57344, got 65536'],
    [
      { url: '/x', bachSize: 3 },
      'options: expected only options of ExporterOptions, got "bachSize"',
    ],
  ])('a wrong option says what was expected and what came: %j', (options, message) => {
    expect(() => resolve(options)).toThrow(message)
  })

  it.each(['transport', 'beaconTail', 'idempotencyHeader'])(
    'an option that does not work yet is not accepted: %s',
    (name) => {
      expect(() => resolve({ url: '/x', [name]: true })).toThrow(name)
    },
  )

  it('keys are limited in number and in length', () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 'v']))
    expect(() => resolve({ url: '/x', keys: many })).toThrow('keys: expected at most 50 entries')
    expect(() => resolve({ url: '/x', keys: { a: 'v'.repeat(1001) } })).toThrow('keys.a: expected')
  })

  it("redact: 'addresses' is that switch, 'all' is every switch", () => {
    expect(resolve({ url: '/x', redact: 'addresses' }).redact).toEqual({
      addresses: true,
      ufrags: false,
      certificates: false,
      deviceLabels: false,
      user: false,
    })
    expect(Object.values(resolve({ url: '/x', redact: 'all' }).redact ?? {})).toEqual(
      Array.from({ length: 5 }, () => true),
    )
  })

  it('a headers function that gives no headers is refused when it is asked', async () => {
    const { headers } = resolve({ url: '/x', headers: () => 'token' })
    await expect(headers.ask()).rejects.toThrow(
      'headers(): expected an object of strings, got "token"',
    )
  })
})
