// The ends of a page in Firefox: `tsx test/engines/ends.ts`. What is delivered at once is told; that nothing is lost holds.
import { startFaultCollector } from '../fault-collector.ts'
import { CELLS } from '../crash/cells.ts'
import { fateIn } from '../crash/ended.ts'
import type { Fate } from '../crash/fate.ts'
import { tableOf } from '../crash/fates-table.ts'
import { inLanes } from '../crash/lanes.ts'
import { createRandom } from '../crash/random.ts'
import { serveSite } from '../crash/site.ts'
import { TIMES } from '../long.ts'
import { within } from './engine.ts'
import { canEnd, onFirefox } from './firefox-stage.ts'
import { startFirefox } from './firefox.ts'

const RUNS = TIMES > 1 ? 100 : 3
/** At the same time, each with an endpoint of its own. */
const LANES = 3
const RUN_LIMIT_MS = 60_000
const CLOSE_LIMIT_MS = 15_000

// What is still open then is ended by its pid.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const faults = await startFaultCollector()
const [site, browser] = await Promise.all([serveSite(faults.url), startFirefox()])
const addresses = { site: site.url, faults: faults.url }
const random = createRandom()
const fates = new Map<string, Fate[]>()
const complaints: string[] = []
try {
  console.log(`${await browser.version()}, CRASH_SEED=${random.seed}`)
  for (const cell of CELLS.filter(({ end }) => canEnd(end))) {
    const done = await inLanes(RUNS, LANES, async () => {
      const stage = onFirefox(browser, cell.end, site.url)
      const fate = await within(RUN_LIMIT_MS, cell.name, fateIn(cell, stage, addresses, random))
      await stage.close()
      return fate
    })
    fates.set(cell.name, done)
    complaints.push(...done.flatMap(({ never }) => never.map((lost) => `${cell.name}: ${lost}`)))
  }
} catch (error) {
  complaints.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
console.log(tableOf(fates))
for (const complaint of complaints) console.log(`FAIL ${complaint}`)
await within(CLOSE_LIMIT_MS, 'close', browser.close()).catch(console.error)
await Promise.all([site.close(), faults.close()])
process.exitCode = complaints.length === 0 ? 0 : 1
