// What the program is told, from flags, environment and file, checked: all mistakes at once, each in one plain sentence.
import { dirname, join } from 'node:path'
import { didYouMean } from './closest.ts'
import { readWords } from './flags.ts'
import { time } from './kinds.ts'
import type { Command, Setting } from './setting.ts'
import { LIST, settingsOf } from './settings.ts'
import type { Values } from './settings.ts'
import { fromEnv, fromFile, fromFlags, readLines } from './sources.ts'
import type { Env, Given, ReadFile, Source } from './sources.ts'

interface S3Config {
  /** Without a slash at its end. */
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly prefix: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | null
}

/** What holds for one run of the program. */
export interface Config extends Values {
  /** Those of the key file too. Null where none is asked for. */
  readonly keys: readonly string[] | null
  readonly streamsDir: string
  /** Null where the files go to `streamsDir`. */
  readonly s3: S3Config | null
}

/** The times of the command `data-stream`. */
export interface Span {
  /** ms since the Unix epoch. */
  readonly from: number
  readonly to: number
  /** A folder for the files, in place of where they go else. */
  readonly out: string | null
}

const COMMANDS = ['serve', 'data-stream'] as const satisfies readonly Command[]

export type Resolved =
  | { readonly status: 'ok'; readonly command: 'serve'; readonly config: Config }
  | {
      readonly status: 'ok'
      readonly command: 'data-stream'
      readonly config: Config
      readonly span: Span
    }
  | { readonly status: 'ok'; readonly command: 'help'; readonly of: Command }
  | { readonly status: 'ok'; readonly command: 'version' }
  | { readonly status: 'wrong'; readonly sentences: readonly string[] }

/** So much of what was given is repeated. */
const MAX_GOT = 60
/** Flags that are no settings. */
const MORE_FLAGS: Readonly<Record<Command, readonly string[]>> = {
  serve: ['config'],
  'data-stream': ['config', 'from', 'to', 'out'],
}

/** Flags go before the environment, the environment before the file. */
export function resolveConfig(argv: readonly string[], env: Env, readFile: ReadFile): Resolved {
  const words = readWords(argv)
  const command = COMMANDS.find((name) => name === (words.commands[0] ?? 'serve'))
  if (words.switches.has('version')) return { status: 'ok', command: 'version' }
  if (words.switches.has('help')) return { status: 'ok', command: 'help', of: command ?? 'serve' }

  const sentences = [...words.sentences, ...wrongCommands(words.commands)]
  const flag = (name: string): string | undefined => words.flags.get(name)?.at(-1)
  const path = flag('config') ?? (env['COLLECTOR_CONFIG'] || undefined)
  const sources = [
    fromFlags(words.flags, flagsOf(command ?? 'serve')),
    fromEnv(env),
    fromFile(path, readFile),
  ]
  sentences.push(...sources.flatMap((source) => source.sentences))

  const values = readValues(sources, sentences)
  const config = finish(values, readFile, sentences)
  const span = command === 'data-stream' ? readSpan(flag, sentences) : null
  if (sentences.length > 0) return { status: 'wrong', sentences }
  return span
    ? { status: 'ok', command: 'data-stream', config, span }
    : { status: 'ok', command: 'serve', config }
}

function flagsOf(command: Command): string[] {
  const settings = settingsOf(command).filter(({ hasNoFlag }) => !hasNoFlag)
  return [...settings.map(({ name }) => name), ...MORE_FLAGS[command]]
}

function wrongCommands([command, ...more]: readonly string[]): string[] {
  const isKnown = command === undefined || COMMANDS.some((name) => name === command)
  return [
    ...(isKnown ? [] : [`${command}: no such command${didYouMean(command, COMMANDS)}`]),
    ...more.map((word) => `${word}: expected no further word`),
  ]
}

/** What is wrong gets its default here, and a sentence. */
function readValues(sources: readonly Source[], sentences: string[]): Values {
  const values = LIST.map(([property, setting]) => {
    const given = sources.map((source) => source.find(setting)).find((found) => found)
    return [property, given ? readValue(setting, given, sentences) : setting.default]
  })
  return Object.fromEntries(values) as Values
}

function readValue(setting: Setting<unknown>, { where, texts, odd }: Given, sentences: string[]) {
  const { kind, isSecret } = setting
  if (!kind.isMany && texts.length > 1) {
    sentences.push(`${where}: expected it once, got it ${texts.length} times`)
    return setting.default
  }
  const read = odd === undefined ? kind.read(texts) : { status: 'wrong' as const, got: odd }
  if (read.status === 'ok') return read.value
  const got = isSecret ? '' : `, got ${read.got.slice(0, MAX_GOT) || 'nothing'}`
  sentences.push(`${where}: expected ${kind.expected}${got}`)
  return setting.default
}

function finish(values: Values, readFile: ReadFile, sentences: string[]): Config {
  const { keyFile } = values
  const fromKeyFile = keyFile === null ? [] : readKeys(keyFile, readFile, sentences)
  const keys =
    values.keys === null && keyFile === null ? null : [...(values.keys ?? []), ...fromKeyFile]
  const streamsDir = values.streamsDir ?? join(dirname(values.dataFile), 'rooms')
  return { ...values, keys, streamsDir, s3: readS3(values, sentences) }
}

function readKeys(path: string, readFile: ReadFile, sentences: string[]): string[] {
  const lines = readLines('--key-file', path, readFile)
  if (typeof lines === 'string') sentences.push(lines)
  else if (lines.length > 0) return lines
  else sentences.push(`--key-file: expected a key a line in ${path}, got none`)
  return []
}

function readS3(values: Values, sentences: string[]): S3Config | null {
  const { s3Endpoint, s3Bucket, s3Region, s3Prefix } = values
  const { s3AccessKeyId, s3SecretAccessKey, s3SessionToken } = values
  if (s3Bucket === null) {
    if (s3Endpoint !== null) sentences.push('s3-endpoint: expected s3-bucket beside it')
    return null
  }
  if (s3AccessKeyId === null || s3SecretAccessKey === null) {
    sentences.push('s3-bucket: expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY beside it')
    return null
  }
  return {
    endpoint: s3Endpoint ?? `https://s3.${s3Region}.amazonaws.com`,
    bucket: s3Bucket,
    region: s3Region,
    prefix: s3Prefix ?? '',
    accessKeyId: s3AccessKeyId,
    secretAccessKey: s3SecretAccessKey,
    sessionToken: s3SessionToken,
  }
}

function readSpan(flag: (name: string) => string | undefined, sentences: string[]): Span {
  const [from, to] = ['from', 'to'].map((name) => {
    const text = flag(name)
    const read = time.read([text ?? ''])
    if (read.status === 'ok') return read.value
    sentences.push(`--${name}: expected ${time.expected}, got ${text ?? 'nothing'}`)
    return NaN
  }) as [number, number]
  if (from >= to) sentences.push('--to: expected a time after --from')
  return { from, to, out: flag('out') ?? null }
}
