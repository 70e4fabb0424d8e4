// Start-up: what the file costs when it is run, what the first calls cost, and when the first item is at the server.
import type { Batch } from '../../src/index.ts'
import { poll } from '../crash/wait.ts'
import { median } from './figures.ts'
import type { Bench, Page } from './harness.ts'
import type { Reading } from './reading.ts'
import { SCENARIOS } from './scenarios.ts'
import { cpuMs, trace } from './trace.ts'

const TIMES = 5
const CATEGORIES = ['v8', 'devtools.timeline']
/** Of the library's defaults: the first poll comes so late. */
const POLL_INTERVAL_MS = 2000
const MOST_MS = 300
const READY_LIMIT_MS = 15_000

export async function readStartUp(bench: Bench): Promise<Reading[]> {
  const loadMs = await loadCpu(bench)
  const { near, close } = await bench.openCall(SCENARIOS.s1)
  const [syncMs, firstMs, statsMs]: [number[], number[], number[]] = [[], [], []]
  const arrivals: { at: number; events: string[] }[] = []
  bench.site.onBody((body) => {
    const { items } = JSON.parse(String(body)) as Batch
    arrivals.push({ at: Date.now(), events: items.map(({ event }) => event) })
  })
  // The first one fills the cache.
  for (let n = 0; n <= TIMES; n++) {
    arrivals.length = 0
    const { syncMs: sync, addedAt } = await near.ask('startUp')
    if (n === 0) continue
    const first = arrivals[0]
    const firstStats = arrivals.find(({ events }) => events.includes('stats'))
    if (!first || !firstStats) throw new Error('nothing was exported')
    syncMs.push(sync)
    firstMs.push(first.at - addedAt)
    statsMs.push(firstStats.at - addedAt - POLL_INTERVAL_MS)
  }
  await close()
  return [
    reading('start-up: CPU of the main thread to run the cached file', loadMs),
    reading('start-up: constructor and addPeer(), synchronous', syncMs),
    reading('start-up: addPeer() to the first item at the server', firstMs, MOST_MS),
    reading('start-up: the same to the first report, less the poll interval', statsMs, MOST_MS),
  ]
}

function reading(what: string, values: readonly number[], mostMs?: number): Reading {
  const quietest = Math.min(...values)
  return {
    what,
    measured: `${quietest.toFixed(1)} ms (${median(values).toFixed(1)})`,
    target: mostMs === undefined ? 'none' : `< ${mostMs} ms`,
    isMet: mostMs === undefined || quietest < mostMs,
  }
}

/** Compiled and run in a page that has it cached; what is parsed on another thread is not in it. */
async function loadCpu({ browser, openPage }: Bench): Promise<number[]> {
  const page = await openPage()
  const values: number[] = []
  for (let n = 0; n <= TIMES; n++) {
    const events = await trace(browser, page, CATEGORIES, () => page.ask('load'))
    const compiled = events.find(
      ({ name, args }) => name === 'v8.compileModule' && args.data?.url?.endsWith('/dist/index.js'),
    )
    const evaluated = events.find(
      ({ name, tid, ts }) =>
        name === 'v8.evaluateModule' && tid === compiled?.tid && ts > compiled.ts,
    )
    if (!compiled || !evaluated) throw new Error('the trace tells nothing of the library')
    if (n > 0) values.push(cpuMs(compiled) + cpuMs(evaluated))
    await reload(page)
  }
  await page.tab.close()
  return values
}

async function reload(page: Page): Promise<void> {
  await page.tab.evaluate('window.bench = null')
  await page.send('Page.reload')
  const isReady = (): Promise<boolean> =>
    page.tab.evaluate<boolean>('!!window.bench').catch(() => false)
  await poll('the page', READY_LIMIT_MS, isReady, Boolean)
}
