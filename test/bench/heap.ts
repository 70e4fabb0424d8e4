// `npm run bench:heap`: whether the page's heap grows while it exports, in Chromium; beside it what the browser's own does.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { launch } from '../crash/cdp.ts'
import type { Browser } from '../crash/cdp.ts'
import { serveSite } from '../crash/site.ts'
import type { Tab } from '../crash/tab.ts'
import {
  comeAndGo,
  createAndDestroy,
  pollAlone,
  pollsSoFar,
  startCall,
  startExporter,
} from './heap-page.ts'

/** The shortest that there is. */
const POLL_MS = 100
const POLLS = [200, 800, 1400, 2000]
const PEERS = 500
const EXPORTERS = 10
/** The browser answers each call within half a minute. */
const PARTS = 10
const READINGS = 5
const READING_EVERY_MS = 100
/** What is not growth: 1,800 polls are an hour at the default interval. */
const NOISE_KB = 200

export interface HeapRow {
  readonly what: string
  readonly of: 'page' | 'worker'
  readonly beforeKb: number
  readonly afterKb: number
  readonly growthKb: number
  /** Between the smallest and the largest of the readings in a row. */
  readonly noiseKb: number
  /** Null where the browser alone is measured, or the bound is another one. */
  readonly atMostKb: number | null
}

export interface HeapResult {
  readonly rows: readonly HeapRow[]
  readonly isMet: boolean
}

interface Reading {
  readonly kb: number
  readonly noiseKb: number
}

/** Takes four minutes. */
export async function benchHeap(say: (line: string) => void): Promise<HeapResult> {
  const endpoint = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(204).end())
  }).listen(0, '127.0.0.1')
  await once(endpoint, 'listening')
  const site = await serveSite(`http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`)
  const profile = mkdtempSync(join(tmpdir(), 'heap-'))
  const browser = await launch({ profile })
  try {
    const open = (): Promise<Page> => openPage(browser, site.url)
    const [alone, silent, listening] = [await open(), await open(), await open()]
    await alone.tab.call(pollAlone, POLL_MS)
    await silent.tab.call(startExporter, POLL_MS, false)
    await listening.tab.call(startExporter, POLL_MS, true)
    const polled = await Promise.all([
      watchPolls(alone, 'polls, no exporter', null, say),
      watchPolls(silent, 'polls, no listeners', NOISE_KB, say),
      watchPolls(listening, 'polls, stats and timeline listened to', NOISE_KB, say),
    ])
    const exported = (tab: Tab, count: number) => tab.call(comeAndGo, count, true)
    const unseen = (tab: Tab, count: number) => tab.call(comeAndGo, count, false)
    const rows = [
      ...polled.flat(),
      await around(alone, 'connections come and go, no exporter', unseen, PEERS, null),
      await around(silent, 'peers added and removed', exported, PEERS, NOISE_KB),
      await around(
        alone,
        'exporters created and destroyed',
        (tab, count) => tab.call(createAndDestroy, count),
        EXPORTERS,
        NOISE_KB,
      ),
    ]
    return {
      rows,
      isMet: rows.every(({ growthKb, atMostKb }) => growthKb <= (atMostKb ?? Infinity)),
    }
  } finally {
    await browser.close()
    await site.close()
    endpoint.close()
    rmSync(profile, { recursive: true, force: true })
  }
}

interface Page {
  readonly tab: Tab
  readonly collectGarbage: () => Promise<unknown>
  readonly heapOf: (of: HeapRow['of']) => Promise<Reading | null>
}

/** A page with a call. */
async function openPage(browser: Browser, url: string): Promise<Page> {
  const tab = await browser.openTab(url, 'window')
  let worker: string | null = null
  browser.on(({ method, params, sessionId }) => {
    if (sessionId !== tab.sessionId || method !== 'Target.attachedToTarget') return
    worker = String(params['sessionId'])
  })
  const how = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true }
  await browser.send('Target.setAutoAttach', how, tab.sessionId)
  await tab.call(startCall)
  return {
    tab,
    collectGarbage: () => browser.send('HeapProfiler.collectGarbage', {}, tab.sessionId),
    async heapOf(of) {
      const session = of === 'page' ? tab.sessionId : worker
      return session === null ? null : readHeap(browser, session)
    },
  }
}

interface HeapUsage {
  readonly usedSize: number
  /** Of array buffers. */
  readonly backingStorageSize: number
}

/** What is left when nothing more can be collected. */
async function readHeap(browser: Browser, session: string): Promise<Reading> {
  const readings: number[] = []
  for (let reading = 0; reading < READINGS; reading++) {
    await browser.send('HeapProfiler.collectGarbage', {}, session)
    const { usedSize, backingStorageSize } = await browser.send<HeapUsage>(
      'Runtime.getHeapUsage',
      {},
      session,
    )
    readings.push((usedSize + backingStorageSize) / 1000)
    await sleep(READING_EVERY_MS)
  }
  const least = Math.min(...readings)
  return { kb: least, noiseKb: Math.max(...readings) - least }
}

/** Its heap at each of `POLLS`. */
async function watchPolls(
  { tab, heapOf }: Page,
  what: string,
  atMostKb: number | null,
  say: (line: string) => void,
): Promise<HeapRow[]> {
  const read: Record<HeapRow['of'], Reading[]> = { page: [], worker: [] }
  const began = await tab.call(pollsSoFar)
  for (const count of POLLS) {
    while ((await tab.call(pollsSoFar)) - began < count) await sleep(POLL_MS)
    for (const of of ['page', 'worker'] as const) {
      const reading = await heapOf(of)
      if (reading) read[of].push(reading)
    }
  }
  const curve = (of: HeapRow['of']): string => read[of].map(({ kb }) => kb.toFixed(0)).join(', ')
  say(`${what}: kB at ${POLLS.join(', ')}: page ${curve('page')}; worker ${curve('worker')}`)
  return (['page', 'worker'] as const).flatMap((of) => {
    const [first, last] = [read[of][0], read[of].at(-1)]
    // The worker's timeline fills up to its own bound, of 2,000 items.
    return first && last ? rowOf(what, of, first, last, of === 'page' ? atMostKb : null) : []
  })
}

/** After as many have filled what is filled once: the engine compiles what has run some thousand times. */
async function around(
  { tab, collectGarbage, heapOf }: Page,
  what: string,
  work: (tab: Tab, count: number) => Promise<void>,
  count: number,
  atMostKb: number | null,
): Promise<HeapRow> {
  const workInParts = async (): Promise<Reading> => {
    for (let part = 0; part < PARTS; part++) {
      await work(tab, count / PARTS)
      // A page may have 500 connections, and closed ones are among them until they are collected.
      await collectGarbage()
    }
    const reading = await heapOf('page')
    if (!reading) throw new Error('a page always has a heap')
    return reading
  }
  return rowOf(`${count} ${what}`, 'page', await workInParts(), await workInParts(), atMostKb)
}

function rowOf(
  what: string,
  of: HeapRow['of'],
  before: Reading,
  after: Reading,
  atMostKb: number | null,
): HeapRow {
  return {
    ...{ what, of, beforeKb: before.kb, afterKb: after.kb, growthKb: after.kb - before.kb },
    ...{ noiseKb: Math.max(before.noiseKb, after.noiseKb), atMostKb },
  }
}

if (process.argv[1] === import.meta.filename) {
  const { rows, isMet } = await benchHeap(console.log)
  console.table(
    rows.map(({ what, of, ...numbers }) => ({
      what,
      of,
      ...Object.fromEntries(
        Object.entries(numbers).map(([name, kb]) => [name, kb === null ? '' : Math.round(kb)]),
      ),
      verdict:
        numbers.atMostKb === null ? '' : numbers.growthKb <= numbers.atMostKb ? 'met' : 'MISSED',
    })),
  )
  process.exit(isMet ? 0 : 1)
}
