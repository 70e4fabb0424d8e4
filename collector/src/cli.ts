// The program on a real machine: `webrtc-stats-collector`, and in a clone `npx tsx collector/src/cli.ts`.
import { readFileSync } from 'node:fs'
import { serveOptionsOf, writeStreams } from './from-config.ts'
import { runProgram } from './program.ts'
import { startCollector } from './serve.ts'
import { checkThere, checkWritable } from './start-failure.ts'

/** Beside `src` and `dist` alike. */
const MANIFEST = new URL('../package.json', import.meta.url)

// Who reads the log may go away: nothing that is kept depends on it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const code = await runProgram({
  argv: process.argv.slice(2),
  env: process.env,
  readFile: (path) => readFileSync(path, 'utf8'),
  version: (JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string }).version,
  isTerminal: process.stdout.isTTY,
  now: Date.now,
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
  onSignal(listener) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, listener)
  },
  async serve(config, log) {
    await checkWritable(config.dataFile)
    return startCollector(await serveOptionsOf(config, log))
  },
  async writeStreams(config, span, log) {
    await checkThere(config.dataFile)
    await writeStreams(config, span, log)
  },
})
process.exit(code)
