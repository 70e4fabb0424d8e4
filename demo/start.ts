// `npm start`: the demo page and a collector, until Ctrl-C; with `--headless` one call, and what arrived of it.
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { makeCall } from './headless.ts'
import type { CallReport } from './headless.ts'
import { serveDemo } from './servers.ts'
import type { RunningDemo } from './servers.ts'

interface Options {
  readonly port: number
  readonly collectorPort: number
  readonly isHeadless: boolean
  readonly seconds: number
  /** As the option of the exporter, a list with commas. */
  readonly transport: string
  readonly isJson: boolean
}

const USAGE =
  'npm start -- [--port 8080] [--collector-port 8787] [--headless [--seconds 15] [--transport websocket,fetch] [--json]]'

/** @throws Error with one sentence, on a wrong option */
function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '8080' },
      'collector-port': { type: 'string', default: '8787' },
      headless: { type: 'boolean', default: false },
      seconds: { type: 'string' },
      transport: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const { headless, json, seconds, transport } = values
  for (const [name, given] of Object.entries({
    '--json': json,
    '--seconds': seconds,
    '--transport': transport,
  })) {
    if (given && !headless) throw new Error(`${name} only goes with --headless.`)
  }
  return {
    port: wholeNumber('--port', values.port, 65_535),
    collectorPort: wholeNumber('--collector-port', values['collector-port'], 65_535),
    isHeadless: headless,
    seconds: wholeNumber('--seconds', seconds ?? '15', 3600),
    transport: transport ?? 'fetch',
    isJson: json,
  }
}

function wholeNumber(name: string, given: string, max: number): number {
  if (/^\d+$/.test(given) && Number(given) >= 1 && Number(given) <= max) return Number(given)
  throw new Error(`${name}: expected a whole number from 1 to ${max}, got ${given}`)
}

/** stdout is for results alone. */
const log = (line: string): void => void process.stderr.write(`${line}\n`)

async function run({ port, collectorPort, ...options }: Options): Promise<void> {
  if (!options.isHeadless) {
    const demo = await serveDemo({ port, collectorPort, log })
    try {
      await show(demo)
    } finally {
      await demo.close()
    }
    return
  }
  const folder = await mkdtemp(join(tmpdir(), 'demo-'))
  try {
    const demo = await serveDemo({ port, collectorPort, folder, log })
    try {
      await call(demo, options)
    } finally {
      await demo.close()
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function show(demo: RunningDemo): Promise<void> {
  log(`The collector is ${demo.collectorUrl}; it says below what it receives. Ctrl-C ends both.`)
  const [folder, rooms] = [demo.folder, demo.roomsFolder].map((path) => relative('', path))
  log(`It keeps it in ${folder}, and writes a file of room records for each minute to ${rooms}.`)
  log('Open in a browser:')
  process.stdout.write(`${demo.url}/\n`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
}

async function call(
  demo: RunningDemo,
  { seconds, transport, isJson }: Omit<Options, 'port' | 'collectorPort'>,
): Promise<void> {
  log(`Makes a call of ${seconds} s in a headless Chromium; the collector is ${demo.collectorUrl}`)
  const report = await makeCall(demo, { seconds, transport, log })
  process.stdout.write(isJson ? `${JSON.stringify(report, null, 2)}\n` : summarise(report))
}

function summarise({ sessionId, batches, items, peers, room }: CallReport): string {
  const lines = Object.entries(peers).map(([peerId, { stats, events, lastMetrics }]) => {
    const names = new Set(Object.values(lastMetrics ?? {}).flatMap((values) => Object.keys(values)))
    return `  ${peerId}: ${stats} stats with ${names.size} metrics, ${events.length} events`
  })
  const head = `The collector received ${items} items in ${batches} batches of session ${sessionId}:`
  const { mos, score, call_setup_time } = room.stats
  const tail = `and wrote its room: ${room.users} users, ${room.duration} s, MOS ${mos}, score ${score}, set up in ${call_setup_time} ms`
  return `${[head, ...lines, tail].join('\n')}\n`
}

async function main(): Promise<number> {
  let options: Options
  try {
    options = readOptions(process.argv.slice(2))
  } catch (error) {
    log(`${error instanceof Error ? error.message : error} Usage: ${USAGE}`)
    return 2
  }
  try {
    await run(options)
    return 0
  } catch (error) {
    log(error instanceof Error ? error.message : String(error))
    return 1
  }
}

process.exitCode = await main()
