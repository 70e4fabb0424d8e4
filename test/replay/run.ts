// `npm run replay -- FILE [--quality]`: a recording through the real pipeline, one JSON line for each object.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { feed } from './feed.ts'
import { linesOf } from './lines.ts'
import { readRecording } from './read.ts'

const USAGE = 'npm run replay -- FILE [--quality]'

interface Options {
  readonly file: string
  readonly hasQuality: boolean
}

/** @throws Error with one sentence, on a wrong option */
function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { quality: { type: 'boolean', default: false } },
  })
  const [file] = positionals
  if (file === undefined || positionals.length > 1) {
    throw new Error(`Expected one file, got ${positionals.length}.`)
  }
  return { file, hasQuality: values.quality }
}

function replay({ file, hasQuality }: Options): void {
  const lines = linesOf(feed(readRecording(readFileSync(file))), hasQuality)
  for (const line of lines) process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** Says it in one line, whatever is in it. */
function fail(error: unknown, ...more: readonly string[]): void {
  const sentence = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${[sentence, ...more].join(' ').replaceAll(/\s+/g, ' ')}\n`)
  process.exitCode = 1
}

// Whoever reads it may have seen enough.
process.stdout.once('error', () => process.exit())

try {
  const options = readOptions(process.argv.slice(2))
  try {
    replay(options)
  } catch (error) {
    fail(error)
  }
} catch (error) {
  fail(error, `Usage: ${USAGE}`)
}
