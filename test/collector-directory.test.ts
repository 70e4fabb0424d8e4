// Real folders in real states: what a file system says is what the sink makes of it.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDirectorySink } from '../collector/src/streams/directory.ts'
import type { PutResult } from '../collector/src/streams/sink.ts'
import { bytesOf } from './collector-waiting.ts'

const NAME = '2026-11-21/a.json'
const NOBODY = 65_534

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'directory-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const put = (
  text: string,
  name = NAME,
  signal = new AbortController().signal,
): Promise<PutResult> => createDirectorySink(folder).put(name, bytesOf(text), signal)
const retry = (reason: string): PutResult => ({ status: 'retry', reason })
const files = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .sort()

/** As a user who may do nothing there: to root no permission is missing. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work()
  process.seteuid?.(NOBODY)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

describe('a directory', () => {
  it('has the bytes under the name of the file, and nothing else', async () => {
    expect(await put('[1]')).toEqual({ status: 'ok' })
    expect(readFileSync(join(folder, NAME), 'utf8')).toBe('[1]')
    expect(files()).toEqual(['a.json'])
  })

  it('has the newest bytes of a name', async () => {
    for (const text of ['[1]', '[1]', '[]']) expect(await put(text)).toEqual({ status: 'ok' })
    expect(readFileSync(join(folder, NAME), 'utf8')).toBe('[]')
  })

  it('is rid of what a killed run left half written', async () => {
    mkdirSync(join(folder, '2026-11-21'), { recursive: true })
    writeFileSync(join(folder, '2026-11-21/.a.json.tmp'), 'half of something much longer')
    expect(await put('[1]')).toEqual({ status: 'ok' })
    expect(readFileSync(join(folder, NAME), 'utf8')).toBe('[1]')
    expect(files()).toEqual(['a.json'])
  })

  it('shows a reader the old bytes or the new ones, never a part', async () => {
    const texts = ['a', 'b'].map((letter) => letter.repeat(3_000_000))
    await put(texts[0] ?? '')
    let isDone = false
    const writing = (async () => {
      for (let turn = 1; turn < 6; turn++) await put(texts[turn % 2] ?? '')
    })().finally(() => (isDone = true))
    const seen = new Set<string>()
    while (!isDone) {
      const text = readFileSync(join(folder, NAME), 'utf8')
      seen.add(texts.includes(text) ? 'whole' : 'part')
      await new Promise((resolve) => setImmediate(resolve))
    }
    await writing
    expect([...seen]).toEqual(['whole'])
  })

  it('keeps the old bytes where the new ones were stopped', async () => {
    await put('[1]')
    expect(await put('[2]', NAME, AbortSignal.abort())).toEqual(
      retry('It was stopped before its end.'),
    )
    expect(readFileSync(join(folder, NAME), 'utf8')).toBe('[1]')
    expect(files()).toEqual(['a.json'])
  })
})

describe('a directory that takes nothing now', () => {
  it('is not made where it is missing: a disk may have to be mounted there', async () => {
    const sink = createDirectorySink(join(folder, 'missing'))
    const result = await sink.put(NAME, bytesOf('[1]'), new AbortController().signal)
    expect(result).toEqual(retry('The directory is not there.'))
    expect(readdirSync(folder)).toEqual([])
  })

  it.each(['2026-11-21'])('says that a folder in it is a file: %s', async (path) => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), '')
    expect(await put('[1]')).toEqual(retry('The directory, or a folder in it, is a file.'))
  })

  it('says that it may not write, and writes when it may', async () => {
    chmodSync(folder, 0o555)
    const reason = 'There is no permission to write in the directory.'
    expect(await asNobody(() => put('[1]'))).toEqual(retry(reason))
    chmodSync(folder, 0o777)
    expect(await asNobody(() => put('[1]'))).toEqual({ status: 'ok' })
  })

  // The kernel's own full disk. Linux alone has one.
  it.runIf(process.platform === 'linux')(
    'says that the disk is full, and keeps the old bytes',
    async () => {
      await put('[1]')
      symlinkSync('/dev/full', join(folder, '2026-11-21/.a.json.tmp'))
      expect(await put('[2]')).toEqual(retry('The disk is full.'))
      expect(readFileSync(join(folder, NAME), 'utf8')).toBe('[1]')
      expect(files()).toEqual(['a.json'])
    },
  )

  it('says that a file system does not work as one', async () => {
    symlinkSync('loop', join(folder, 'loop'))
    const sink = createDirectorySink(join(folder, 'loop'))
    const result = await sink.put(NAME, bytesOf('[1]'), new AbortController().signal)
    expect(result).toEqual(retry('The file system failed with ELOOP.'))
  })
})

describe('a file that a directory does not take', () => {
  it.each([
    ['a'.repeat(300), 'The name of the file is too long for the file system.'],
    ['folder', 'The name of the file is that of a folder.'],
    ['../outside.json', "The name of the file is none: expected parts with '/' between them."],
  ])('is refused: %.20s', async (name, reason) => {
    mkdirSync(join(folder, 'folder'))
    expect(await put('[1]', name)).toEqual({ status: 'refused', reason })
    expect(files()).toEqual([])
  })
})
