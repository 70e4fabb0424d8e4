// However a page with a live call ends, nothing is lost, and the last of it is at the server at once. DURABILITY.md.
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { startFaultCollector } from '../fault-collector.ts'
import { TIMES } from '../long.ts'
import { CELLS } from './cells.ts'
import type { Cell } from './cells.ts'
import { onChromium, openHost, wearsOut } from './chromium-stage.ts'
import type { Host } from './chromium-stage.ts'
import { fateIn } from './ended.ts'
import type { Fate } from './fate.ts'
import { tableOf } from './fates-table.ts'
import { inLanes } from './lanes.ts'
import { createRandom } from './random.ts'
import { serveSite } from './site.ts'
import type { Site } from './site.ts'

const RUNS = TIMES > 1 ? 100 : 3
/** At the same time, each with an endpoint of its own. */
const LANES = TIMES > 1 ? 4 : 3
const CELL_LIMIT_MS = 60_000 * Math.ceil(RUNS / LANES)

/** Of the runs of a cell, how many must have the last connection event and stats at the server at once. */
const MOST = RUNS > 3 ? 0.99 : 0.66
const AT_ONCE: ReadonlySet<string> = new Set([
  'navigate',
  'navigate, headers',
  'navigate, own origin',
  'navigate cross-site',
  'reload',
  'tab close',
  'tab close, headers',
  'tab close, own origin',
  'tab close, busy worker',
  'renderer kill -9',
  'renderer kill -9, headers',
  'renderer kill -9, own origin',
  'tab discard',
])

/** At length alone: the same way as those that have neither headers nor an origin of their own. */
const AT_LENGTH: ReadonlySet<string> = new Set([
  'navigate, own origin',
  'tab close, own origin',
  'renderer kill -9, headers',
  'renderer kill -9, own origin',
])

const fates = new Map<string, Fate[]>()
const random = createRandom()
let site: Site
let faults: Awaited<ReturnType<typeof startFaultCollector>>
let host: Host

beforeAll(async () => {
  faults = await startFaultCollector()
  ;[site, host] = await Promise.all([serveSite(faults.url), openHost()])
})

afterAll(async () => {
  process.stdout.write(tableOf(fates))
  await host.close()
  await Promise.all([site.close(), faults.close()])
})

describe('a page that ends loses nothing', () => {
  it.each(CELLS.filter(({ name }) => TIMES > 1 || !AT_LENGTH.has(name)))(
    'by: $name',
    async (cell) => {
      onTestFailed(() => {
        process.stdout.write(`${cell.name}: CRASH_SEED=${random.seed}\n`)
      })
      const done = await inLanes(RUNS, LANES, () => runOf(cell))
      fates.set(cell.name, done)

      expect.soft(done.flatMap(({ never }) => never)).toEqual([])
      expect.soft(Math.min(...done.map(({ due }) => due))).toBeGreaterThan(0)
      const expected = AT_ONCE.has(cell.name) ? MOST : 0
      const withEvent = done.filter(({ atOnce }) => atOnce.connection !== 'none')
      expect.soft(withEvent.length / done.length).toBeGreaterThanOrEqual(expected)
      const withStats = done.filter(({ atOnce: { stats, statsAgeMs } }) =>
        cell.areStatsNewest ? stats !== 'none' : statsAgeMs !== null,
      )
      expect.soft(withStats.length / done.length).toBeGreaterThanOrEqual(expected)
    },
    CELL_LIMIT_MS,
  )
})

async function runOf(cell: Cell): Promise<Fate> {
  const mine = wearsOut(cell.end) ? await openHost() : host
  const stage = onChromium(mine, cell.end, site.url)
  try {
    return await fateIn(cell, stage, { site: site.url, faults: faults.url }, random)
  } finally {
    await stage.close()
    if (mine !== host) await mine.close()
  }
}
