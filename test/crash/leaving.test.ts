// A page with a live call that is left: what goes by several ways at once is kept once, and nobody waits for us.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCollector } from '../../collector/src/serve.ts'
import type { RunningCollector } from '../../collector/src/serve.ts'
import type { ExporterOptions, Item } from '../../src/index.ts'
import { startFaultCollector } from '../fault-collector.ts'
import { createRun } from '../run.ts'
import {
  ackedOf,
  countAcked,
  destroyExporter,
  flushBeforeUnload,
  pauseExporter,
  startCall,
  startExporter,
  storeExporter,
} from './call-page.ts'
import type { CapturedText } from './call-page.ts'
import { openHost } from './chromium-stage.ts'
import type { Host } from './chromium-stage.ts'
import { serveSite } from './site.ts'
import type { Site } from './site.ts'
import type { Tab } from './tab.ts'
import { poll } from './wait.ts'

const CALL = { signalEveryMs: 0, busyWorker: null }
const LIMIT_MS = 20_000
/** The worker sends nothing by itself. */
const SILENT = { batchSize: 1000, maxBatchBytes: 10_000_000, flushInterval: 60_000 }

let site: Site
let faults: Awaited<ReturnType<typeof startFaultCollector>>
let collector: RunningCollector
let host: Host

beforeAll(async () => {
  ;[site, faults, host, collector] = await Promise.all([
    serveSite(),
    startFaultCollector(),
    openHost(),
    startCollector({ log() {} }),
  ])
})

afterAll(async () => {
  await host.close()
  await Promise.all([site.close(), faults.close(), collector.close()])
})

/** A page with a live call, and the `seq`s that its worker has given back. */
async function openCall(options: ExporterOptions, place: 'tab' | 'window' = 'window') {
  const tab = await host.browser.openTab(site.url, place)
  const seqs = new Set<number>()
  let reports = 0
  await tab.onBinding('tellCaptured', (text) => {
    const [isWorkers, event, , seq] = JSON.parse(text) as CapturedText
    if (!isWorkers) seqs.add(seq)
    if (event === 'stats') reports++
  })
  await tab.call(startExporter, { getStatsInterval: 500, ...SILENT, ...options }, CALL)
  await tab.call(startCall, CALL)
  await poll(
    'a live call',
    LIMIT_MS,
    () => reports,
    (count) => count >= 6,
  )
  return { tab, seqs }
}

const isHidden = (tab: Tab): Promise<unknown> =>
  poll(
    'a hidden tab',
    LIMIT_MS,
    () => tab.evaluate<string>('document.visibilityState'),
    (state) => state === 'hidden',
  )

interface Session {
  readonly items: readonly Item[]
}

describe('what left by beacon, by fetchLater and again from the disk', () => {
  it('is kept once by the collector, whole in the end, and acked once', async () => {
    const url = `${collector.url}/ingest`
    const session = async (): Promise<readonly Item[]> => {
      const answer = await fetch(`${collector.url}/sessions/first`)
      return answer.ok ? ((await answer.json()) as Session).items : []
    }
    const partials = (items: readonly Item[]): number =>
      items.filter(({ partial }) => partial).length

    const { tab, seqs } = await openCall({ url, sessionId: 'first', beaconTail: 12_000 }, 'tab')
    await tab.rendererPid()
    // Another tab in front: this one is hidden, and a beacon leaves.
    const other = await host.browser.openTab(`${site.url}away`)
    await isHidden(tab)
    const byBeacon = await poll('a beacon', LIMIT_MS, session, (some) => partials(some) > 0, 20)

    const before = seqs.size
    await poll(
      'more polls',
      LIMIT_MS,
      () => seqs.size,
      (count) => count >= before + 12,
    )
    // What is captured in the last 250 ms need not be on the disk: nothing is, from here on.
    await tab.call(pauseExporter)
    await tab.call(storeExporter)
    const last = Math.max(...seqs)
    await tab.killRenderer()
    await poll('fetchLater', LIMIT_MS, session, ({ length }) => length > byBeacon.length, 20)

    const next = await host.browser.openTab(site.url)
    await next.call(startExporter, { url, sessionId: 'next' }, CALL)
    await next.call(countAcked)
    const isAll = (items: readonly Item[]): boolean => partials(items) === 0 && items.length > last
    const items = await poll('the rest', LIMIT_MS, session, isAll, 50)
    await next.call(destroyExporter)

    const kept = items.map(({ seq }) => seq).toSorted((low, high) => low - high)
    expect(kept).toEqual(kept.map((_, index) => index))
    expect(await next.call(ackedOf, 'first')).toBe(items.length)
    await Promise.all([next.close(), other.close()])
  })
})

describe("addEventListener('beforeunload', () => exporter.flush())", () => {
  /** Far less than the exporter's timeout, and more than a navigation takes here. */
  const NAVIGATION_MS = 3000

  it.each([
    { server: 'answers', steps: [] },
    { server: 'never answers', steps: [{ delayMs: 60_000, keep: false }] },
  ])(
    'loses nothing, brings nothing twice, and no navigation waits for it: a server that $server',
    async ({ steps }) => {
      const run = createRun(faults.url)
      const { tab, seqs } = await openCall({ url: run.url, sessionId: 'first' })
      await tab.call(storeExporter)
      const stored = [...seqs]
      await tab.call(flushBeforeUnload)
      await run.script({ steps })
      const began = performance.now()
      await host.browser.send('Page.navigate', { url: `${site.url}away` }, tab.sessionId)
      await poll(
        'the other page',
        LIMIT_MS,
        () => tab.evaluate<string>('document.readyState + location.pathname').catch(String),
        (now) => now === 'complete/away',
      )
      expect(performance.now() - began).toBeLessThan(NAVIGATION_MS)

      await run.script({ steps: [] })
      const next = await host.browser.openTab(site.url, 'window')
      await next.call(startExporter, { url: run.url, sessionId: 'next' }, CALL)
      const seen = async (): Promise<readonly number[]> => {
        const { items } = await run.ledger()
        const whole = items.filter(({ sessionId, partial }) => sessionId === 'first' && !partial)
        return whole.map(({ seq }) => seq)
      }
      const there = await poll('all', LIMIT_MS, seen, (all) =>
        stored.every((seq) => all.includes(seq)),
      )
      expect(new Set(there).size).toBe(there.length)
      await next.call(destroyExporter)
      await Promise.all([tab.close(), next.close()])
    },
  )
})
