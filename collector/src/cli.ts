// The program on a real machine: `webrtc-stats-collector`, and in a clone `npx tsx collector/src/cli.ts`.
import { readFileSync } from 'node:fs'
import type { Config } from './config/config.ts'
import type { Log } from './log.ts'
import { openLocator } from './ingest/location.ts'
import { runProgram } from './program.ts'
import { startCollector } from './serve.ts'
import type { ServeOptions } from './serve.ts'
import { openStore } from './store/libsql.ts'
import { checkWritable } from './start-failure.ts'

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
    const store = await openStore(config.dataFile)
    return startCollector({ ...(await optionsOf(config, log)), store })
  },
  async writeStreams() {
    throw new Error('data-stream: this version writes no room records yet')
  },
})
process.exit(code)

async function optionsOf(config: Config, log: Log): Promise<ServeOptions> {
  const { port, host, origins, keys, maxBodyBytes, maxRequestsPerSec, trustedProxies } = config
  return {
    port,
    hostname: host,
    ...(origins ? { corsOrigins: origins } : {}),
    ...(keys ? { keys } : {}),
    maxBodyBytes,
    maxRequestsPerSec,
    trustedProxies,
    // A proxy has as many connections as all its clients.
    ...(trustedProxies.length > 0 ? { maxConnectionsPerAddress: Infinity } : {}),
    locate: await openLocator({
      ...(config.cityDb !== null && { cityDb: config.cityDb }),
      ...(config.asnDb !== null && { asnDb: config.asnDb }),
      log: (reason) => log({ at: Date.now(), event: 'failed', reason }),
    }),
    log,
  }
}
