// What the collector's program is told: which place goes first, and what is said of a mistake.
import { describe, expect, test } from 'vitest'
import { resolveConfig } from '../collector/src/config/config.ts'
import type { Config, Resolved } from '../collector/src/config/config.ts'
import { helpOf } from '../collector/src/config/help.ts'
import { envOf } from '../collector/src/config/setting.ts'
import { LIST } from '../collector/src/config/settings.ts'

interface Told {
  readonly argv?: readonly string[]
  readonly env?: Record<string, string>
  readonly files?: Record<string, string>
}

function resolve({ argv = [], env = {}, files = {} }: Told): Resolved {
  return resolveConfig(argv, env, (path) => {
    const text = files[path]
    if (text === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' })
    return text
  })
}

function configOf(told: Told): Config {
  const resolved = resolve(told)
  if (resolved.status === 'wrong' || resolved.command !== 'serve') {
    throw new Error(JSON.stringify(resolved))
  }
  return resolved.config
}

const FILE = { argv: ['--config', 'collector.json'] }
const inFile = (json: object): Told => ({
  ...FILE,
  files: { 'collector.json': JSON.stringify(json) },
})

describe('where a value comes from', () => {
  test('told nothing, all has its default', () => {
    const config = configOf({})
    for (const [property, setting] of LIST) {
      if (property === 'streamsDir') continue // below
      expect([property, config[property]]).toEqual([property, setting.default])
    }
    expect(config).toMatchObject({ streamsDir: 'rooms', s3: null })
  })

  test('every setting is known by one name in all three places', () => {
    const samples: Record<string, string> = {
      'https://app.example': 'ORIGIN URL',
      '5000000': 'NUMBER BYTES',
      '7': 'DAYS MINUTES SECONDS HOURS',
      '10.0.0.0/8': 'ADDRESS',
      json: 'text|json',
    }
    for (const [property, setting] of LIST) {
      const { name, kind, hasNoFlag } = setting
      if (['keyFile', 's3Endpoint', 's3Bucket'].includes(property)) continue // need another
      const sample =
        property === 'roomUrl'
          ? 'https://app.example/{roomId}'
          : ['port', 'maxRequestsPerSec'].includes(property)
            ? '7'
            : Object.keys(samples).find((it) => samples[it]?.split(' ').includes(kind.placeholder))
      const text = sample ?? 'some'
      const told = [{ env: { [envOf(setting)]: text } }, inFile({ [name]: text })]
      if (!hasNoFlag) told.push({ argv: [`--${name}`, text] })
      for (const one of told) {
        const value = configOf(one)[property]
        expect([name, String(value)]).toEqual([name, text])
        expect(value).not.toEqual(setting.default)
      }
    }
  })

  test('a flag goes before the environment, that before the file, and lists are not mixed', () => {
    const file = inFile({ port: 1, host: 'c', interval: 3, origin: ['https://c.example'] })
    const env = { COLLECTOR_PORT: '2', COLLECTOR_HOST: 'b', COLLECTOR_ORIGIN: 'https://b.example' }
    const argv = [...FILE.argv, '--port=3', '--origin', 'https://a.example']
    expect(configOf({ ...file, env, argv })).toMatchObject({
      port: 3,
      host: 'b',
      intervalMinutes: 3,
      origins: ['https://a.example'],
    })
  })

  test('several are flags that are repeated, commas in the environment, a list in the file', () => {
    const origins = ['https://a.example', 'https://b.example']
    const argv = origins.flatMap((origin) => ['--origin', origin])
    const env = { COLLECTOR_ORIGIN: origins.join(', ') }
    for (const told of [{ argv }, { env }, inFile({ origin: origins })]) {
      expect(configOf(told).origins).toEqual(origins)
    }
  })

  test('the file may be named in the environment, an empty variable is none', () => {
    const files = { 'c.json': '{"port":1}' }
    expect(configOf({ env: { COLLECTOR_CONFIG: 'c.json', COLLECTOR_PORT: '' }, files }).port).toBe(
      1,
    )
  })

  test('keys come from the key file too', () => {
    const files = { keys: '# ours\n one\r\n\ntwo\n' }
    const argv = ['--key-file', 'keys']
    expect(configOf({ argv, files }).keys).toEqual(['one', 'two'])
    expect(configOf({ argv, files, env: { COLLECTOR_KEY: 'three' } }).keys).toHaveLength(3)
  })

  test('the files of rooms go beside the database, or where it is said', () => {
    expect(configOf({ argv: ['--data', '/var/c/c.db'] }).streamsDir).toBe('/var/c/rooms')
    expect(configOf({ argv: ['--streams-dir', 'x'] }).streamsDir).toBe('x')
  })

  test('a bucket is complete, at AWS where nothing else is said', () => {
    const env = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }
    const argv = ['--s3-bucket', 'b', '--s3-region', 'eu-west-1']
    const s3 = { bucket: 'b', region: 'eu-west-1', prefix: '', sessionToken: null }
    const keys = { accessKeyId: 'id', secretAccessKey: 'secret' }
    const endpoint = 'https://s3.eu-west-1.amazonaws.com'
    expect(configOf({ argv, env }).s3).toEqual({ ...s3, ...keys, endpoint })
    const own = configOf({ argv: [...argv, '--s3-endpoint', 'http://127.0.0.1:9000/'], env })
    expect(own.s3?.endpoint).toBe('http://127.0.0.1:9000')
  })
})

describe('what is wrong', () => {
  const noSuch = (name: string, hint = ''): string => `${name}: no such option${hint}`
  test.each<[Told, string]>([
    [{ argv: ['--port', '99999'] }, '--port: expected a whole number from 0 to 65535, got 99999'],
    [{ argv: ['--port', '-1'] }, '--port: expected a whole number from 0 to 65535, got -1'],
    [{ argv: ['--port='] }, '--port: expected a whole number from 0 to 65535, got nothing'],
    [{ argv: ['--port'] }, '--port: expected a value, got none'],
    [{ argv: ['--port', '--host=x'] }, '--port: expected a value, got none'],
    [{ argv: ['--port', '1', '--port', '2'] }, '--port: expected it once, got it 2 times'],
    [
      { env: { COLLECTOR_PORT: 'tcp://x' } },
      'COLLECTOR_PORT: expected a whole number from 0 to 65535, got tcp://x',
    ],
    [
      inFile({ interval: 0.5 }),
      'collector.json: interval: expected a whole number from 1 to 1440, got 0.5',
    ],
    [inFile({ host: null }), 'collector.json: host: expected text that is not empty, got null'],
    [
      inFile({ port: [1] }),
      'collector.json: port: expected a whole number from 0 to 65535, got [1]',
    ],
    [
      { argv: ['--origin', 'https://a.example/'] },
      '--origin: expected an origin as https://app.example, without a path, got https://a.example/',
    ],
    [
      { argv: ['--trusted-proxy', '10.0.0.0/33'] },
      '--trusted-proxy: expected an IP address, or a range as 10.0.0.0/8, got 10.0.0.0/33',
    ],
    [
      { argv: ['--room-url', 'https://a.example/'] },
      '--room-url: expected an address with {roomId} in it, as https://app.example/rooms/{roomId}, got https://a.example/',
    ],
    [{ argv: ['--log', 'xml'] }, '--log: expected text or json, got xml'],
    [{ argv: ['--prot', '1'] }, noSuch('--prot', '; did you mean --port?')],
    [{ argv: ['--telepathy', '1'] }, noSuch('--telepathy')],
    [{ argv: ['-p'] }, '-p: expected two dashes'],
    [{ argv: ['srve'] }, 'srve: no such command; did you mean serve?'],
    [{ argv: ['serve', 'more'] }, 'more: expected no further word'],
    [
      { env: { COLLECTOR_PROT: '1' } },
      'COLLECTOR_PROT: no such setting; did you mean COLLECTOR_PORT?',
    ],
    [
      inFile({ 'max-body-byte': 1 }),
      'collector.json: max-body-byte: no such setting; did you mean max-body-bytes?',
    ],
    [FILE, '--config: cannot read collector.json: there is no such file'],
    [
      { ...FILE, files: { 'collector.json': '{\n"key": "secret",,\n}' } },
      'collector.json: expected JSON, and line 2 is none',
    ],
    [
      { ...FILE, files: { 'collector.json': '[]' } },
      'collector.json: expected a JSON object, got a list',
    ],
    [{ argv: ['--key-file', 'keys'] }, '--key-file: cannot read keys: there is no such file'],
    [
      { argv: ['--key-file', 'keys'], files: { keys: '# none\n' } },
      '--key-file: expected a key a line in keys, got none',
    ],
    [
      { argv: ['--s3-bucket', 'b'] },
      's3-bucket: expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY beside it',
    ],
    [
      { argv: ['--s3-endpoint', 'http://127.0.0.1:9000'] },
      's3-endpoint: expected s3-bucket beside it',
    ],
    [
      { argv: ['data-stream', '--from', '2026-03-01', '--to', '2026-03-02', '--port', '1'] },
      '--port: no option of this command',
    ],
    [
      { argv: ['data-stream', '--from', '2026-02-30', '--to', '2026-03-02'] },
      '--from: expected a time as 2026-03-01 or 2026-03-01T12:00:00Z, got 2026-02-30',
    ],
    [
      { argv: ['data-stream', '--from', '2026-03-01T12:00', '--to', '2026-03-02'] },
      '--from: expected a time as 2026-03-01 or 2026-03-01T12:00:00Z, got 2026-03-01T12:00',
    ],
    [
      { argv: ['data-stream', '--from', '2026-03-02', '--to', '2026-03-02'] },
      '--to: expected a time after --from',
    ],
  ])('%j', (told, sentence) => {
    expect(resolve(told)).toEqual({ status: 'wrong', sentences: [sentence] })
  })

  test('all of it is told at once', () => {
    const env = { COLLECTOR_INTERVAL: 'x' }
    const resolved = resolve({ ...inFile({ host: '' }), env, argv: [...FILE.argv, '--port', 'y'] })
    const told = resolved.status === 'wrong' ? resolved.sentences : []
    const where = ['--port', 'collector.json', 'COLLECTOR_INTERVAL']
    expect(told.map((sentence) => sentence.split(':')[0])).toEqual(where)
  })

  test('no secret is repeated, and none is taken as a flag', () => {
    const secret = 'hunter2'
    const wrong = [
      inFile({ key: ['', secret] }),
      inFile({ 's3-secret-access-key': { secret } }),
      { argv: ['--s3-secret-access-key', secret] },
      { ...FILE, files: { 'collector.json': `{"key": ${secret}}` } },
    ]
    for (const told of wrong) {
      const resolved = resolve(told)
      expect(resolved.status).toBe('wrong')
      expect(JSON.stringify(resolved)).not.toContain(secret)
    }
  })

  test('variables of others are left alone', () => {
    // Kubernetes sets these in each container beside a service of that name.
    const env = { COLLECTOR_URL: 'x', COLLECTOR_SERVICE_HOST: 'x', COLLECTOR_PORT_8787_TCP: 'x' }
    expect(resolve({ env }).status).toBe('ok')
  })
})

describe('the commands', () => {
  test('a span of time, and where to', () => {
    const argv = ['data-stream', '--from', '2026-03-01', '--to', '2026-03-01T12:00:00+01:00']
    expect(resolve({ argv: [...argv, '--out', 'x'] })).toMatchObject({
      command: 'data-stream',
      span: { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 1, 11), out: 'x' },
    })
  })

  test('one file of settings serves both', () => {
    const argv = ['data-stream', '--from', '2026-03-01', '--to', '2026-03-02', ...FILE.argv]
    expect(resolve({ ...inFile({ port: 1, data: 'x.db' }), argv })).toMatchObject({
      config: { dataFile: 'x.db' },
    })
  })

  test('help and version are given whatever else is wrong', () => {
    expect(resolve({ argv: ['--port', 'x', '--help'] })).toMatchObject({ command: 'help' })
    expect(resolve({ argv: ['data-stream', '-h'] })).toMatchObject({ of: 'data-stream' })
    expect(resolve({ argv: ['-v'] })).toMatchObject({ command: 'version' })
  })

  test.each(['serve', 'data-stream'] as const)('the help of %s fits a terminal', (command) => {
    const lines = helpOf(command).split('\n')
    expect(lines.filter((line) => line.length > 100)).toEqual([])
    expect(lines.length).toBeLessThan(65)
  })

  test('the help names each setting, and what is no flag by its variable', () => {
    const help = helpOf('serve')
    for (const [, setting] of LIST) {
      const { name, hasNoFlag } = setting
      expect(help).toContain(hasNoFlag ? `${envOf(setting)}=` : `  --${name} `)
    }
  })
})
