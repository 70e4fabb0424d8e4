// One run of the matrix: a live call, its end at a random moment, what was at the server at once, and the next load.
import type { ExporterOptions } from '../../src/index.ts'
import { createRun, pause } from '../run.ts'
import type { Run } from '../run.ts'
import type { CapturedText } from './call-page.ts'
import { destroyExporter, occupyWorker, startCall, startExporter } from './call-page.ts'
import type { Cell } from './cells.ts'
import { atOnceOf, fateOf } from './fate.ts'
import type { AtOnce, Captured, Ended, Fate } from './fate.ts'
import type { Random } from './random.ts'
import type { Stage, StagePage } from './stage.ts'
import { poll } from './wait.ts'

export interface Addresses {
  /** Of the page. It passes on what is for an endpoint. */
  readonly site: string
  /** Of the endpoints, on an origin of their own. */
  readonly faults: string
}

const SESSION = 'first'
/** Of each of two peers: what changes from one to the next is there, and an item that is not the first. */
const STATS_BEFORE = 2
/** Longer than any life here, and more than it captures: nothing is sent before the end. */
const NEVER_MS = 60_000
const NEVER_BYTES = 10_000_000
/** Longer than the rest of the page's life. */
const SPIN_MS = 2000
/** The end comes up to so long after the worker began to spin. */
const SPIN_OFFSET_MS = 300

const CALL_LIMIT_MS = 20_000
const AT_ONCE_LIMIT_MS = 1500
const NEXT_LOAD_LIMIT_MS = 10_000

/** Ends a page as the cell says. */
export async function fateIn<Page extends StagePage>(
  cell: Cell,
  stage: Stage<Page>,
  { site, faults }: Addresses,
  random: Random,
): Promise<Fate> {
  const run = createRun(cell.endpoint === 'same origin' ? new URL(site).origin : faults)
  await run.script(cell.before)
  const ended = await liveAndEnd(cell, stage, { site, run, random })
  const atOnce = await seeAtOnce(cell, run, ended)
  await run.script({ steps: [] })
  await stage.comeBack()
  return loadAgain(cell, stage, { site, run, ended, atOnce })
}

interface LifeParts {
  readonly site: string
  readonly run: Run
  readonly random: Random
}

async function liveAndEnd<Page extends StagePage>(
  cell: Cell,
  stage: Stage<Page>,
  { site, run, random }: LifeParts,
): Promise<Ended> {
  // A name of its own: the browser's list of tabs knows it by its address.
  const name = encodeURIComponent(run.url)
  const page = await stage.open(`${site}?${name}`)
  const captured: Captured[] = []
  await page.onBinding('tellCaptured', (text) => {
    const [isWorkers, event, tag, seq] = JSON.parse(text) as CapturedText
    captured.push({ isWorkers, event, tag, seq, at: Date.now() })
  })
  const busyWorker = cell.isWorkerBusy ? `/busy.worker.js?${name}` : null
  const parts = { signalEveryMs: cell.signalEveryMs, busyWorker }
  const isHealthy = cell.before.steps.length === 0
  const flushInterval = isHealthy ? NEVER_MS : 500
  await page.call(startExporter, optionsOf(cell, run, SESSION, flushInterval), parts)
  await page.call(startCall, parts)
  await poll(
    'a live call',
    CALL_LIMIT_MS,
    () => captured.filter(({ event }) => event === 'stats').length,
    (count) => count >= STATS_BEFORE * 2,
  )
  const end = await stage.prepareEnd(page)
  await pause(cell.settledMs + random.below(cell.pollMs))
  const busyAt = Date.now()
  if (cell.isWorkerBusy) {
    await page.call(occupyWorker, `busy?${name}`, SPIN_MS)
    await pause(random.below(SPIN_OFFSET_MS))
  }
  const endedAt = Date.now()
  const before = [...captured]
  await end()
  const storedUntil = cell.isWorkerBusy ? busyAt : endedAt
  return { sessionId: SESSION, captured: before, endedAt, storedUntil }
}

/** What the server has before any other page is loaded. */
async function seeAtOnce(
  { settledMs, areStatsNewest }: Cell,
  run: Run,
  ended: Ended,
): Promise<AtOnce> {
  const look = async (): Promise<AtOnce> => atOnceOf(await run.ledger(), ended, settledMs)
  const isAll = ({ connection, stats, statsAgeMs }: AtOnce): boolean =>
    connection !== 'none' && (areStatsNewest ? stats !== 'none' : statsAgeMs !== null)
  return poll('the tail', AT_ONCE_LIMIT_MS, look, isAll, 50).catch(look)
}

interface RestParts extends Omit<LifeParts, 'random'> {
  readonly ended: Ended
  readonly atOnce: AtOnce
}

/** The site is opened again: its exporter sends what the last page has left. */
async function loadAgain<Page extends StagePage>(
  cell: Cell,
  stage: Stage<Page>,
  { site, run, ended, atOnce }: RestParts,
): Promise<Fate> {
  const page = await stage.open(`${site}?next`)
  const parts = { signalEveryMs: 0, busyWorker: null }
  await page.call(startExporter, optionsOf(cell, run, 'next', 500), parts)
  const look = async (): Promise<Fate> => fateOf(await run.ledger(), ended, atOnce)
  // What is still missing then is told by the fate.
  const fate = await poll(
    'the rest',
    NEXT_LOAD_LIMIT_MS,
    look,
    ({ never }) => never.length === 0,
    50,
  ).catch(look)
  await page.call(destroyExporter)
  await page.close()
  return fate
}

function optionsOf(
  { headers, pollMs }: Cell,
  { url }: Run,
  sessionId: string,
  flushInterval: number,
): ExporterOptions {
  const quick = { retryBaseDelay: 50, retryMaxDelay: 500 }
  const large = { batchSize: 1000, maxBatchBytes: NEVER_BYTES }
  return { url, sessionId, headers, getStatsInterval: pollMs, flushInterval, ...quick, ...large }
}
