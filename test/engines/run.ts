// The library in Chromium, Firefox and WebKitGTK: `tsx test/engines/run.ts [--only firefox] [--check 'part of a name']`.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startFaultCollector } from '../fault-collector.ts'
import { launchChromium } from './chromium.ts'
import { within } from './engine.ts'
import type { Engine, Launch } from './engine.ts'
import { launchFirefox } from './firefox.ts'
import type { CheckResult, Results } from './page/main.ts'
import { servePage } from './serve.ts'
import { launchWebKit } from './webkit.ts'

const ENGINES: Readonly<Record<string, Launch>> = {
  chromium: launchChromium,
  firefox: launchFirefox,
  webkit: launchWebKit,
}

const LAUNCH_LIMIT_MS = 60_000
/** A check ends within 52 s by itself; a page that says nothing for longer is gone. */
const SILENCE_LIMIT_MS = 60_000
const CLOSE_LIMIT_MS = 15_000

/** Prints each result when it is there. What the browser itself does wrong is a failure too. */
async function runIn(name: string, launch: Launch, address: string): Promise<CheckResult[]> {
  const done: CheckResult[] = []
  const take = (result: CheckResult): void => {
    done.push(result)
    const { error, ms } = result
    const outcome = error === null ? 'ok  ' : 'FAIL'
    console.log(`${name.padEnd(8)} ${outcome} ${String(ms).padStart(6)} ms  ${result.name}`)
    if (error !== null) console.log(`         ${error}`)
  }
  let engine: Engine | null = null
  try {
    engine = await within(LAUNCH_LIMIT_MS, 'launch', launch())
    await within(LAUNCH_LIMIT_MS, 'the page', engine.open(address))
    await readResults(name, engine, take, () => done.length)
  } catch (cause) {
    const error = cause instanceof Error ? cause.message : String(cause)
    take({ name: 'it runs the checks to their end', ms: 0, error })
  }
  await within(CLOSE_LIMIT_MS, 'close', engine?.close() ?? Promise.resolve()).catch(console.error)
  return done
}

async function readResults(
  name: string,
  engine: Engine,
  take: (result: CheckResult) => void,
  taken: () => number,
): Promise<void> {
  let isIntroduced = false
  for (let heardAt = Date.now(); ; await sleep(200)) {
    if (Date.now() - heardAt > SILENCE_LIMIT_MS) throw new Error('the page says nothing any more')
    const asked = engine.evaluate<Results | null>('window.results ?? null')
    const results = await within(SILENCE_LIMIT_MS, 'the page', asked)
    if (!results) continue
    if (!isIntroduced) console.log(`${name}: ${engine.version}, ${results.about}`)
    isIntroduced = true
    for (const result of results.done.slice(taken())) {
      heardAt = Date.now()
      take(result)
    }
    if (taken() === results.total) return
  }
}

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, check: { type: 'string', default: '' } },
})
const names = options.only ? options.only.split(',') : Object.keys(ENGINES)
const unknown = names.find((name) => !(name in ENGINES))
if (unknown !== undefined) {
  throw new Error(`--only: expected ${Object.keys(ENGINES).join(', ')}, got ${unknown}`)
}

// What is still open then is ended by its pid.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const [site, faults] = await Promise.all([servePage(), startFaultCollector()])
const query = new URLSearchParams({ faults: faults.url, check: options.check })
const results: CheckResult[] = []
try {
  for (const name of names) {
    const launch = ENGINES[name]
    if (launch) results.push(...(await runIn(name, launch, `${site.url}index.html?${query}`)))
  }
} finally {
  await Promise.all([site.close(), faults.close()])
}
const failed = results.filter(({ error }) => error !== null).length
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 && results.length > 0 ? 0 : 1
