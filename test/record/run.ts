// Records a call in the browsers of this machine: `npm run record [-- --only firefox] [--script steady] [--out FOLDER]`.
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createServer } from 'vite'
import { launchChromium } from '../engines/chromium.ts'
import { within } from '../engines/engine.ts'
import type { Engine, Launch } from '../engines/engine.ts'
import { launchFirefox } from '../engines/firefox.ts'
import { addressesIn, scrub } from './scrub.ts'
import { toText } from './series.ts'
import type { Recorded } from './series.ts'

const BROWSERS = new Map<string, Launch>([
  ['chromium', launchChromium],
  ['firefox', launchFirefox],
])
const OUT = join(import.meta.dirname, '../fixtures/recordings')

const LAUNCH_LIMIT_MS = 60_000
/** The script takes a minute. */
const CALL_LIMIT_MS = 150_000
const CLOSE_LIMIT_MS = 15_000
/** A call is made again where the browser did not keep it up, as Firefox does not in three of four. */
const MAX_CALLS = 12

/** The text of a recording that may be published. */
async function recordIn(launch: Launch, address: string): Promise<string> {
  const engine = await within(LAUNCH_LIMIT_MS, 'launch', launch())
  try {
    const scrubbed = scrub(await record(engine, address), randomBytes(16))
    const addresses = addressesIn(scrubbed)
    if (addresses.length > 0) throw new Error(`expected no address, got ${addresses.join(', ')}`)
    return toText({
      source: `recorded: ${engine.version}, headless, a call within one page`,
      ...scrubbed,
    })
  } finally {
    await within(CLOSE_LIMIT_MS, 'close', engine.close()).catch(console.error)
  }
}

/** Rejects where no call was made to its end. */
async function record(engine: Engine, address: string): Promise<Recorded> {
  for (let calls = 1; ; calls++) {
    await within(LAUNCH_LIMIT_MS, 'the page', engine.open(address))
    const recording = engine.evaluate<Recorded>('window.recording')
    try {
      return await within(CALL_LIMIT_MS, 'the call', recording)
    } catch (error) {
      if (calls === MAX_CALLS) throw error
      console.log(`${engine.version}: ${messageOf(error)}; once more`)
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    script: { type: 'string', default: '' },
    out: { type: 'string', default: OUT },
  },
})
const { only, script, out } = options
if (only !== undefined && !BROWSERS.has(only)) {
  throw new Error(`--only: expected ${[...BROWSERS.keys()].join(' or ')}, got ${only}`)
}

// What is still open then is ended by its pid.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

mkdirSync(out, { recursive: true })
const server = await createServer({
  root: join(import.meta.dirname, 'page'),
  configFile: false,
  logLevel: 'warn',
  optimizeDeps: { noDiscovery: true },
  server: { host: '127.0.0.1', port: 0, hmr: false },
})
try {
  await server.listen()
  const address = server.resolvedUrls?.local[0] ?? ''
  for (const [name, launch] of BROWSERS) {
    if (only !== undefined && name !== only) continue
    try {
      const text = await recordIn(launch, `${address}#${script}`)
      writeFileSync(join(out, `${name}.series.json`), text)
      console.log(`${name}: ${Math.round(text.length / 1000)} kB`)
    } catch (error) {
      console.error(`${name}: ${messageOf(error)}`)
      process.exitCode = 1
    }
  }
} finally {
  await server.close()
}
