// The back/forward cache: nothing of ours keeps a page out of it, and what comes back goes on as if nothing had happened.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExporterOptions } from '../../src/index.ts'
import { startFaultCollector } from '../fault-collector.ts'
import { createRun } from '../run.ts'
import type { Run } from '../run.ts'
import {
  destroyExporter,
  hangUpCall,
  hasComeBack,
  startCall,
  startExporter,
  storeExporter,
  watchComeBack,
  whyNotRestored,
} from './call-page.ts'
import type { CapturedText } from './call-page.ts'
import { openHost } from './chromium-stage.ts'
import type { Host } from './chromium-stage.ts'
import { onOtherSite, serveSite } from './site.ts'
import type { Site } from './site.ts'
import type { Tab } from './tab.ts'
import { poll } from './wait.ts'

const SESSION = 'first'
const CALL = { signalEveryMs: 0, busyWorker: null }
const LIMIT_MS = 20_000

let site: Site
let faults: Awaited<ReturnType<typeof startFaultCollector>>
let host: Host

beforeAll(async () => {
  ;[site, faults, host] = await Promise.all([serveSite(), startFaultCollector(), openHost()])
})

afterAll(async () => {
  await host.close()
  await Promise.all([site.close(), faults.close()])
})

describe('a page whose connections are closed', () => {
  it.each([
    { where: 'of its own site', away: () => `${site.url}away` },
    { where: 'of another site', away: () => `${onOtherSite(site.url)}away` },
  ])('comes back from a page $where, and goes on exporting', async ({ away }) => {
    const run = createRun(faults.url)
    const { tab, seqs } = await openCaller(run)
    await callOnce(tab, seqs)

    await go(tab, away())
    await goBack(tab)
    expect([await tab.call(hasComeBack), await tab.call(whyNotRestored)]).toEqual([true, 'null'])
    const before = seqs.size
    await callOnce(tab, seqs)
    await tab.call(destroyExporter)

    const { items, missing } = await run.ledger()
    const captured = items.filter(({ tag }) => tag !== 'summary')
    expect(seqs.size).toBeGreaterThan(before)
    expect(missing).toEqual([])
    expect(new Set(captured.map(({ producer }) => producer)).size).toBe(1)
    // What was captured when it went comes too, and nobody was there to be told of it.
    const arrived = new Set(captured.map(({ seq }) => seq))
    expect([...seqs].filter((seq) => !arrived.has(seq))).toEqual([])
    expect(captured.length).toBe(arrived.size)
    await tab.close()
  })

  it('loses nothing where the next page exports to the same endpoint', async () => {
    const run = createRun(faults.url)
    const { tab, seqs } = await openCaller(run)
    await callOnce(tab, seqs)
    const stored = [...seqs]

    await go(tab, `${site.url}?next`)
    await tab.call(startExporter, optionsOf(run, 'next'), CALL)
    await tab.call(startCall, CALL)
    await arrivals(run, 'next', ({ size }) => size > 0)
    await goBack(tab)
    // Its lock was wanted by the next page: the browser may have put it out of its cache.
    const isBack = (await tab.call(hasComeBack)) === true
    if (isBack) await callOnce(tab, seqs)
    else await tab.call(startExporter, optionsOf(run, 'again'), CALL)
    const why = await tab.call(whyNotRestored)
    process.stdout.write(`with an exporter on the next page: restored ${isBack}, ${why}\n`)

    const there = await arrivals(run, SESSION, (seen) => stored.every((seq) => seen.has(seq)))
    expect(stored.filter((seq) => !there.has(seq))).toEqual([])
    await tab.close()
  })
})

/** A page with an exporter, and the seqs of what its worker has given back. */
async function openCaller(run: Run): Promise<{ readonly tab: Tab; readonly seqs: Set<number> }> {
  const tab = await host.browser.openTab(site.url, 'window')
  const seqs = new Set<number>()
  await tab.onBinding('tellCaptured', (text) => {
    const [isWorkers, , , seq] = JSON.parse(text) as CapturedText
    if (!isWorkers) seqs.add(seq)
  })
  await tab.call(startExporter, optionsOf(run, SESSION), CALL)
  await tab.call(watchComeBack)
  return { tab, seqs }
}

/** A call that begins, is monitored for a while, and ends. */
async function callOnce(tab: Tab, seqs: ReadonlySet<number>): Promise<void> {
  await tab.call(startCall, CALL)
  const before = seqs.size
  await poll(
    'items of the call',
    LIMIT_MS,
    () => seqs.size,
    (count) => count >= before + 8,
  )
  await tab.call(hangUpCall)
  await tab.call(storeExporter)
}

async function go(tab: Tab, url: string): Promise<void> {
  await host.browser.send('Page.navigate', { url }, tab.sessionId)
  await arrivedAt(tab, url)
}

interface History {
  readonly currentIndex: number
  readonly entries: readonly { readonly id: number; readonly url: string }[]
}

async function goBack(tab: Tab): Promise<void> {
  const { browser } = host
  const { currentIndex, entries } = await browser.send<History>(
    'Page.getNavigationHistory',
    {},
    tab.sessionId,
  )
  const last = entries[currentIndex - 1]
  await browser.send('Page.navigateToHistoryEntry', { entryId: last?.id }, tab.sessionId)
  await arrivedAt(tab, last?.url ?? '')
}

async function arrivedAt(tab: Tab, url: string): Promise<void> {
  await poll(
    url,
    LIMIT_MS,
    () => tab.evaluate<string>(`document.readyState === 'complete' && location.href`).catch(String),
    (now) => now === url,
    20,
  )
}

/** The seqs of a session that the server has, when it is so or never will be. */
async function arrivals(
  run: Run,
  session: string,
  isSo: (there: ReadonlySet<number>) => boolean,
): Promise<Set<number>> {
  const look = async (): Promise<Set<number>> => {
    const { items } = await run.ledger()
    return new Set(items.filter(({ sessionId }) => sessionId === session).map(({ seq }) => seq))
  }
  return poll(`items of the ${session} page`, LIMIT_MS, look, isSo, 50).catch(look)
}

/** The first page has sent nothing when it goes. */
function optionsOf({ url }: Run, sessionId: string): ExporterOptions {
  const flushInterval = sessionId === SESSION ? 60_000 : 500
  return { url, sessionId, getStatsInterval: 300, flushInterval, batchSize: 1000 }
}
