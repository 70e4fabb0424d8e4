// What the program does with what it is told: serve until a signal comes, write room records, or help. Gives the exit code.
import { resolveConfig } from './config/config.ts'
import type { Config, Span } from './config/config.ts'
import { helpOf } from './config/help.ts'
import type { Env, ReadFile } from './config/sources.ts'
import { formatJson, formatText } from './log-format.ts'
import type { Log } from './log.ts'
import { startFailure } from './start-failure.ts'

interface Serving {
  readonly url: string
  /** Resolves when what has begun is answered. */
  close(): Promise<void>
}

/** The world of the program. */
export interface ProgramParts {
  /** Without the name of the program. */
  readonly argv: readonly string[]
  readonly env: Env
  readonly readFile: ReadFile
  readonly version: string
  /** Whether somebody may be reading along. */
  readonly isTerminal: boolean
  readonly now: () => number
  /** To stdout, with a line break at its end. */
  print(text: string): void
  /** To stderr, with a line break at its end. */
  complain(text: string): void
  /** Calls for each signal to stop, with its name. */
  onSignal(listener: (signal: string) => void): void
  serve(config: Config, log: Log): Promise<Serving>
  writeStreams(config: Config, span: Span, log: Log): Promise<void>
}

const FAILED = 1
/** Of the shell: it was called in a wrong way. */
const WRONG_USE = 2

/** Resolves to the exit code: 0, or 1 where it failed, 2 where it was called wrongly. */
export async function runProgram(parts: ProgramParts): Promise<number> {
  const resolved = resolveConfig(parts.argv, parts.env, parts.readFile)
  if (resolved.status === 'wrong') {
    for (const sentence of resolved.sentences) parts.complain(sentence)
    parts.complain('--help lists all options.')
    return WRONG_USE
  }
  switch (resolved.command) {
    case 'help':
      parts.print(helpOf(resolved.of).trimEnd())
      return 0
    case 'version':
      parts.print(parts.version)
      return 0
    case 'serve':
      return serve(resolved.config, parts)
    case 'data-stream':
      return writeStreams(resolved.config, resolved.span, parts)
    default:
      return resolved satisfies never
  }
}

async function serve(config: Config, parts: ProgramParts): Promise<number> {
  const log = logOf(config, parts)
  const { now } = parts
  try {
    const running = await parts.serve(config, log)
    const { first, second } = signalsOf(parts)
    log({ at: now(), event: 'listening', url: running.url })
    const signal = await first
    log({ at: now(), event: 'stopping', signal })
    const isClosed = await Promise.race([running.close().then(() => true), second])
    if (!isClosed) return FAILED
    log({ at: now(), event: 'stopped' })
    return 0
  } catch (error) {
    parts.complain(startFailure(error, config))
    return FAILED
  }
}

async function writeStreams(config: Config, span: Span, parts: ProgramParts): Promise<number> {
  try {
    await parts.writeStreams(config, span, logOf(config, parts))
    return 0
  } catch (error) {
    parts.complain(startFailure(error, config))
    return FAILED
  }
}

function logOf(config: Config, { isTerminal, print }: ProgramParts): Log {
  const form = config.log ?? (isTerminal ? 'text' : 'json')
  const format = form === 'text' ? formatText : formatJson
  return (entry) => print(format(entry))
}

/** The first gives its name, the second false: whoever asks twice has no patience. */
function signalsOf({ onSignal }: ProgramParts): { first: Promise<string>; second: Promise<false> } {
  const listeners: ((signal: string) => void)[] = []
  const first = new Promise<string>((resolve) => listeners.push(resolve))
  const second = new Promise<false>((resolve) => listeners.push(() => resolve(false)))
  onSignal((signal) => listeners.shift()?.(signal))
  return { first, second }
}
