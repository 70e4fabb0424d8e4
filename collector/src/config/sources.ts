// Where the values of settings come from, each as texts with the name of the place: flags, environment, file.
import { didYouMean } from './closest.ts'
import { envOf } from './setting.ts'
import type { Setting } from './setting.ts'
import { LIST } from './settings.ts'

/** What one place says of one setting. */
export interface Given {
  /** `--port`, `COLLECTOR_PORT`, `collector.json: port`. */
  readonly where: string
  readonly texts: readonly string[]
  /** What stands there in place of a text or a number, as JSON. */
  readonly odd?: string
}

export interface Source {
  /** Undefined where this place says nothing of it. */
  find(setting: Setting<unknown>): Given | undefined
  readonly sentences: readonly string[]
}

export type Env = Readonly<Record<string, string | undefined>>
/** The text of a file. Throws where it cannot be read. */
export type ReadFile = (path: string) => string

const NAMES = LIST.map(([, { name }]) => name)
const PREFIX = 'COLLECTOR_'
const ENV_NAMES = [...LIST.map(([, setting]) => envOf(setting)), `${PREFIX}CONFIG`]

/** `known` are the flags of the command. */
export function fromFlags(
  flags: ReadonlyMap<string, readonly string[]>,
  known: readonly string[],
): Source {
  const sentences: string[] = []
  for (const name of flags.keys()) {
    if (known.includes(name)) continue
    sentences.push(`--${name}: ${whyNot(name, known)}`)
  }
  return {
    find({ name, hasNoFlag }) {
      const texts = hasNoFlag ? undefined : flags.get(name)
      return texts && { where: `--${name}`, texts }
    },
    sentences,
  }
}

function whyNot(name: string, known: readonly string[]): string {
  const setting = LIST.find(([, it]) => it.name === name)?.[1]
  if (!setting) return `no such option${didYouMean(name, known, '--')}`
  if (!setting.hasNoFlag) return 'no option of this command'
  // A flag stands in the list of processes, for everybody on the machine.
  return `no such option; set ${envOf(setting)} instead, which is in no list of processes`
}

/** A variable that is empty is none. */
export function fromEnv(env: Env): Source {
  const sentences: string[] = []
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX) || ENV_NAMES.includes(name)) continue
    // Others may have variables of such names too: only what is nearly ours is a mistake.
    const ours = ENV_NAMES.filter((known) => known.startsWith(PREFIX))
    const [rest, ...known] = [name, ...ours].map((full) => full.slice(PREFIX.length))
    const hint = didYouMean(rest ?? '', known, PREFIX)
    if (hint) sentences.push(`${name}: no such setting${hint}`)
  }
  return {
    find(setting) {
      const where = envOf(setting)
      const text = env[where]
      if (!text) return undefined
      const texts = setting.kind.isMany ? text.split(',').map((part) => part.trim()) : [text]
      return { where, texts }
    },
    sentences,
  }
}

/** One JSON object, with the settings by the names of their flags. */
export function fromFile(path: string | undefined, readFile: ReadFile): Source {
  if (path === undefined) return { find: () => undefined, sentences: [] }
  const read = readObject(path, readFile)
  if (typeof read === 'string') return { find: () => undefined, sentences: [read] }
  const sentences: string[] = []
  for (const name of Object.keys(read)) {
    if (!NAMES.includes(name)) {
      sentences.push(`${path}: ${name}: no such setting${didYouMean(name, NAMES)}`)
    }
  }
  return {
    find({ name, kind }) {
      if (!Object.hasOwn(read, name)) return undefined
      const value = read[name]
      const values = kind.isMany && Array.isArray(value) ? value : [value]
      const odd = values.find((it) => typeof it !== 'string' && typeof it !== 'number')
      return {
        where: `${path}: ${name}`,
        texts: values.map(String),
        ...(odd === undefined ? {} : { odd: JSON.stringify(odd) }),
      }
    },
    sentences,
  }
}

/** The lines of a file that are neither empty nor a comment, or what is wrong with it. */
export function readLines(where: string, path: string, readFile: ReadFile): string[] | string {
  const text = readText(where, path, readFile)
  if (typeof text === 'string') return text
  const lines = text.text.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '' && !line.startsWith('#'))
}

function readObject(path: string, readFile: ReadFile): Record<string, unknown> | string {
  const read = readText('--config', path, readFile)
  if (typeof read === 'string') return read
  try {
    const value: unknown = JSON.parse(read.text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>
    }
    return `${path}: expected a JSON object, got ${Array.isArray(value) ? 'a list' : typeof value}`
  } catch (error) {
    // The message of the parser quotes the file, which may hold keys: of it only the place is told.
    const [, position] = /at position (\d+)/.exec(String(error)) ?? []
    const line = position && read.text.slice(0, Number(position)).split('\n').length
    return `${path}: expected JSON${line ? `, and line ${line} is none` : ''}`
  }
}

function readText(where: string, path: string, readFile: ReadFile): { text: string } | string {
  try {
    return { text: readFile(path) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
    const why = code === 'ENOENT' ? 'there is no such file' : code
    return `${where}: cannot read ${path}: ${why}`
  }
}
