// Makes the demo's call in a headless Chromium, and tells what the collector received of it.
import { chromium } from 'playwright'
import type { Page } from 'playwright'
import type { RoomRecord } from '../collector/src/rooms/record.ts'
import type { Metrics } from '../src/metrics.ts'
import type { Item, StatsData } from '../src/wire.ts'
import { CHROMIUM_ARGS, ensureChromium } from './chromium.ts'
import { roomOf } from './room-file.ts'
import type { RunningDemo } from './servers.ts'

/** What the collector has of one peer. */
interface PeerReport {
  /** How many `stats` items. */
  readonly stats: number
  readonly events: readonly Item[]
  /** Of the last `stats` item; null where there is none. */
  readonly lastMetrics: Metrics | null
}

export interface CallReport {
  readonly sessionId: string
  readonly batches: number
  readonly items: number
  readonly peers: Readonly<Record<string, PeerReport>>
  /** The last `stats` item, as it arrived; null where there is none. */
  readonly sample: Item | null
  /** Of all of it, from the file of its interval. */
  readonly room: RoomRecord
}

export interface CallOptions {
  readonly seconds: number
  /** As the option of the exporter, a list with commas. */
  readonly transport: string
  readonly log: (line: string) => void
  /** Does what is to be done to the page before it loads. */
  readonly prepare?: (page: Page) => Promise<void>
}

/** What `GET /sessions/:id` of the collector answers, as far as it is read here. */
interface Session {
  readonly sessionId: string
  readonly batches: number
  readonly items: readonly Item[]
}

/** Loading, ICE and the last flush take a few seconds on a slow machine. */
const GRACE_MS = 45_000

/** Rejects with a sentence where nothing arrived, or where the page had an error. */
export async function makeCall(
  demo: RunningDemo,
  { seconds, transport, log, prepare }: CallOptions,
): Promise<CallReport> {
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    args: [...CHROMIUM_ARGS],
  })
  try {
    const page = await browser.newPage()
    const errors = watch(page, log)
    await prepare?.(page)
    const parameters = { collector: demo.url, seconds: String(seconds), transport, auto: '' }
    const query = new URLSearchParams(parameters)
    await page.goto(`${demo.url}/?${query}`)
    const done = page.locator('html[data-demo="done"]')
    const ended = done.waitFor({ state: 'attached', timeout: seconds * 1000 + GRACE_MS })
    const isLate = await ended.then(() => false).catch(() => true) // the page's own error says more
    if (errors.length > 0) throw new Error(`The page had an error: ${errors[0]}`)
    if (isLate)
      throw new Error(`The call of ${seconds} s had not ended ${GRACE_MS / 1000} s later.`)
    const sessionId = (await done.getAttribute('data-session')) ?? ''
    const session = await fetchSession(demo.collectorUrl, sessionId)
    // Without a `roomId` the session is the room.
    return { ...toReport(session), room: await roomOf(demo, sessionId) }
  } finally {
    await browser.close()
  }
}

function watch(page: Page, log: (line: string) => void): string[] {
  const errors: string[] = []
  page.on('console', (message) => {
    log(`page: ${message.type()}: ${message.text()}`)
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => {
    log(`page: uncaught: ${error.message}`)
    errors.push(error.message)
  })
  return errors
}

async function fetchSession(collectorUrl: string, sessionId: string): Promise<Session> {
  const answer = await fetch(`${collectorUrl}/sessions/${encodeURIComponent(sessionId)}`)
  if (!answer.ok)
    throw new Error(`The collector has nothing of the call (it answered ${answer.status}).`)
  return (await answer.json()) as Session // ours, of this very run
}

function toReport({ sessionId, batches, items }: Session): Omit<CallReport, 'room'> {
  const sample = items.findLast(isStats) ?? null
  if (!sample) throw new Error('The call was made, but no statistics arrived at the collector.')
  const peerIds = new Set(items.flatMap(({ peerId }) => (peerId === null ? [] : [peerId])))
  const peers = [...peerIds].map((peerId) => {
    const own = items.filter((item) => item.peerId === peerId)
    const stats = own.filter(isStats)
    const events = own.filter((item) => !isStats(item))
    return [
      peerId,
      { stats: stats.length, events, lastMetrics: stats.at(-1)?.data.metrics ?? null },
    ]
  })
  return { sessionId, batches, items: items.length, peers: Object.fromEntries(peers), sample }
}

function isStats(item: Item): item is Item<StatsData> {
  return item.tag === 'stats'
}
