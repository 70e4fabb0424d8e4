// Two lives of one browser: the first is killed at a point, the second finds what the first has left on the disk.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExporterOptions } from '../../src/index.ts'
import { pause } from '../run.ts'
import type { Run } from '../run.ts'
import { accountFor, LIFE } from './account.ts'
import type { Account, Evidence, Reached } from './account.ts'
import { launch } from './cdp.ts'
import type { Browser } from './cdp.ts'
import { addMark, destroyPage, flushPage, startPage } from './page.ts'
import type { ReachedText } from './page.ts'
import type { Point } from './points.ts'
import type { Tab } from './tab.ts'
import { poll } from './wait.ts'

export interface LivesParts {
  readonly point: Point
  readonly run: Run
  /** Of the page. */
  readonly siteUrl: string
  /** Between the point and the kill. */
  readonly offsetMs: number
}

const SESSION = 'first'
const MARKS = { name: 'mark', chunk: 1, most: Number.MAX_SAFE_INTEGER }
/** So long is captured before the point is brought about. */
const CAPTURE_MS = 800

const CAPTURE_LIMIT_MS = 15_000
const POINT_LIMIT_MS = 10_000
const RECOVERY_LIMIT_MS = 20_000

/** Kills a browser at the point, starts it again, and says what became of its items. */
export async function livesOf(parts: LivesParts): Promise<Account> {
  const profile = await mkdtemp(join(tmpdir(), 'crash-'))
  try {
    const first = await inBrowser(profile, (browser) => liveAndDie(browser, parts))
    await parts.run.script(parts.point.after)
    return await inBrowser(profile, (browser) => recover(browser, parts, first))
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 3 })
  }
}

type Death = Pick<Evidence, 'reached' | 'killedAt'>

async function inBrowser<Value>(
  profile: string,
  work: (browser: Browser) => Promise<Value>,
): Promise<Value> {
  const browser = await launch({ profile })
  try {
    return await work(browser)
  } finally {
    await browser.kill()
  }
}

async function liveAndDie(browser: Browser, parts: LivesParts): Promise<Death> {
  const { point, run, siteUrl, offsetMs } = parts
  await run.script(point.before)
  const tab = await browser.openTab(siteUrl)
  const seen = await watch(tab)
  const { everyMs = 10 } = point
  await tab.call(startPage, optionsOf(parts, SESSION), { ...MARKS, everyMs })
  await poll(
    `items of ${CAPTURE_MS} ms`,
    CAPTURE_LIMIT_MS,
    () => seen.reached.length,
    (count) => count * everyMs >= CAPTURE_MS,
  )
  const posted = (await posts(run)).length
  const { sealed, reached } = seen
  const reachedBefore = reached.length
  if (point.turn.script) await run.script(point.turn.script)
  if (point.turn.mark !== undefined) await tab.call(addMark, point.turn.mark)
  await poll(
    `the point ${point.name}`,
    POINT_LIMIT_MS,
    async () => ({
      posts: (await posts(run)).slice(posted),
      sealed: seen.sealed - sealed,
      reached: reached.length - reachedBefore,
    }),
    point.isReached,
  )
  await pause(offsetMs)
  const killedAt = Date.now()
  await browser.kill()
  return { reached, killedAt }
}

async function recover(browser: Browser, parts: LivesParts, death: Death): Promise<Account> {
  const { point, run, siteUrl } = parts
  const tab = await browser.openTab(siteUrl)
  // With room for all; its own batches tell what the first life could not.
  const { queue: _, ...options } = optionsOf(parts, 'second')
  await tab.call(startPage, options, { ...MARKS, everyMs: 200 })
  const account = async (): Promise<Account> => {
    const [ledger, bodies, requests] = await Promise.all([
      run.ledger(),
      run.bodies(),
      run.requests(),
    ])
    return accountFor(point, { sessionId: SESSION, ...death, ledger, bodies, requests })
  }
  const isSettled = ({ complaints }: Account): boolean => complaints.length === 0
  // What is still wrong then is told by the account.
  await poll('the rest', RECOVERY_LIMIT_MS, account, isSettled, 50).catch(() => {})
  // What was written in the last moment before the kill comes too.
  await tab.call(flushPage)
  await tab.call(destroyPage)
  return account()
}

function optionsOf({ point, run }: LivesParts, sessionId: string): ExporterOptions {
  const quick = { retryBaseDelay: 50, retryMaxDelay: 500, flushInterval: 500 }
  return { url: run.url, sessionId, headers: { [LIFE]: sessionId }, ...quick, ...point.options }
}

async function posts(run: Run): Promise<Awaited<ReturnType<Run['requests']>>> {
  return (await run.requests()).filter(({ method }) => method === 'POST')
}

/** What the worker gives back, and what it says. */
async function watch(tab: Tab): Promise<{ readonly reached: Reached[]; readonly sealed: number }> {
  const seen = { reached: [] as Reached[], sealed: 0 }
  await tab.onBinding('crashReached', (text) => {
    const [isWorkers, event, seq] = JSON.parse(text) as ReachedText
    seen.reached.push({ isWorkers, event, seq, at: Date.now() })
  })
  await tab.onWorkerLog((text) => {
    if (text.includes('sealed')) seen.sealed++
  })
  return seen
}
