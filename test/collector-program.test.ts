// The collector's program: what it prints, and how it ends.
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { helpOf } from '../collector/src/config/help.ts'
import { runProgram } from '../collector/src/program.ts'
import type { ProgramParts } from '../collector/src/program.ts'
import { batchOf, itemOf, NOW } from './batches.ts'

interface Run {
  readonly code: Promise<number>
  readonly printed: string[]
  readonly complained: string[]
  signal(name: string): void
}

const never = new Promise<never>(() => {})

function run(argv: readonly string[], own: Partial<ProgramParts> = {}): Run {
  const printed: string[] = []
  const complained: string[] = []
  const listeners: ((signal: string) => void)[] = []
  const code = runProgram({
    argv,
    env: {},
    readFile: () => '{}',
    version: '1.2.3',
    isTerminal: true,
    now: () => Date.parse(NOW),
    print: (line) => void printed.push(line),
    complain: (line) => void complained.push(line),
    onSignal: (listener) => void listeners.push(listener),
    serve: async () => ({ url: 'http://127.0.0.1:1', close: async () => {} }),
    writeStreams: async () => {},
    ...own,
  })
  return {
    code,
    printed,
    complained,
    signal: (name) => {
      for (const listener of listeners) listener(name)
    },
  }
}

describe('the program', () => {
  test('a signal ends it when all is answered', async () => {
    let answer = (): void => {}
    const close = (): Promise<void> => new Promise((resolve) => (answer = resolve))
    const program = run([], { serve: async () => ({ url: 'http://127.0.0.1:1', close }) })
    await expect.poll(() => program.printed).toHaveLength(1)
    program.signal('SIGTERM')
    await expect.poll(() => program.printed).toHaveLength(2)
    answer()
    expect(await program.code).toBe(0)
    expect(program.printed).toEqual([
      'Collector on http://127.0.0.1:1: POST /ingest, and a page that shows the calls',
      'SIGTERM: answers what has begun, then stops; a second one ends it at once',
      'stopped',
    ])
  })

  test('a second signal ends it at once', async () => {
    const serve = async () => ({ url: 'http://127.0.0.1:1', close: () => never })
    const program = run([], { serve })
    await expect.poll(() => program.printed).toHaveLength(1)
    program.signal('SIGINT')
    program.signal('SIGINT')
    expect(await program.code).toBe(1)
  })

  test('its log is of objects where nobody reads along, or as it is told', async () => {
    for (const [isTerminal, argv, isJson] of [
      [true, [], false],
      [false, [], true],
      [true, ['--log', 'json'], true],
      [false, ['--log', 'text'], false],
    ] as const) {
      const program = run(argv, { isTerminal })
      await expect.poll(() => program.printed).toHaveLength(1)
      expect(program.printed[0]?.startsWith('{"time":')).toBe(isJson)
    }
  })

  test('data-stream gets its times, and tells a failure', async () => {
    const argv = ['data-stream', '--from', '2026-03-01', '--to', '2026-03-02']
    const spans: unknown[] = []
    const writeStreams: ProgramParts['writeStreams'] = async (_, span) => void spans.push(span)
    expect(await run(argv, { writeStreams }).code).toBe(0)
    expect(spans).toEqual([{ from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 2), out: null }])
    const failing = run(argv, { writeStreams: async () => Promise.reject(new Error('disk full')) })
    expect(await failing.code).toBe(1)
    expect(failing.complained).toEqual(['disk full'])
  })

  test('help and version go to stdout', async () => {
    expect(await run(['--version']).code).toBe(0)
    const help = run(['data-stream', '--help'])
    expect(await help.code).toBe(0)
    expect(help.printed).toEqual([helpOf('data-stream').trimEnd()])
  })
})

describe('as a process', () => {
  const CLI = new URL('../collector/src/cli.ts', import.meta.url).pathname
  const children: ChildProcessWithoutNullStreams[] = []
  const folders: string[] = []

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })

  /** In a folder of its own: the files of rooms lie beside it. */
  function newData(): string {
    const folder = mkdtempSync(join(tmpdir(), 'collector-program-'))
    folders.push(folder)
    return join(folder, 'c.db')
  }

  function start(...flags: readonly string[]): ChildProcessWithoutNullStreams {
    const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...flags])
    children.push(child)
    return child
  }

  async function endOf(child: ChildProcessWithoutNullStreams): Promise<unknown[]> {
    const closed = once(child, 'close')
    const said = await Promise.all([text(child.stdout), text(child.stderr)])
    return [(await closed)[0], ...said]
  }

  test('it helps', async () => {
    expect(await endOf(start('--help'))).toEqual([0, helpOf('serve'), ''])
  })

  test('called wrongly it ends with 2, and says all that is wrong', async () => {
    const wrong = [
      '--port: expected a whole number from 0 to 65535, got x',
      '--help lists all options.',
    ]
    expect(await endOf(start('--port', 'x'))).toEqual([2, '', `${wrong.join('\n')}\n`])
  })

  test('where it cannot begin it ends with 1, and one sentence', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const taken = `--port: ${port} of 127.0.0.1 is taken; end what listens there, or choose another one\n`
    const nowhere = '--data: cannot write /nowhere/c.db: there is no such folder\n'
    const ends = [
      start('--port', String(port), '--data', newData()),
      start('--port', '0', '--data', '/nowhere/c.db'),
    ]
    expect(await Promise.all(ends.map(endOf))).toEqual([
      [1, '', taken],
      [1, '', nowhere],
    ])
    other.close()
  })

  /** A batch that is being read, of which the rest is still to come, and the entries of the log. */
  async function begin() {
    const child = start('--port', '0', '--key', 'secret', '--data', newData())
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const next = async () => JSON.parse((await lines.next()).value ?? 'null') as { url?: string }
    const { url } = await next()
    const headers = { authorization: 'Bearer secret', expect: '100-continue' }
    const sent = request(`${url}/ingest`, { method: 'POST', headers })
    const answer = once(sent, 'response')
    sent.flushHeaders()
    await once(sent, 'continue')
    const [head, tail] = JSON.stringify(batchOf([itemOf(0)])).split(/(?="items")/)
    sent.write(head)
    return { child, sent, tail, answer, next }
  }

  test('it takes a batch, and ends with 0', async () => {
    const { child, sent, tail, answer, next } = await begin()
    sent.end(tail)
    expect(await answer).toMatchObject([{ statusCode: 200 }])
    expect(await next()).toMatchObject({ event: 'batch', accepted: 1 })
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    expect(await next()).toMatchObject({ event: 'stopping', signal: 'SIGTERM' })
    expect(await next()).toMatchObject({ event: 'stopped' })
    expect(await ended).toEqual([0, null])
  })

  test('what had begun at the signal is answered', async () => {
    const { child, sent, tail, answer, next } = await begin()
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    expect(await next()).toMatchObject({ event: 'stopping' })
    sent.end(tail)
    expect(await answer).toMatchObject([{ statusCode: 200 }])
    expect(await next()).toMatchObject({ event: 'batch', accepted: 1 })
    expect(await ended).toEqual([0, null])
  })
})
