// `npm run bench:follow`: what following a call of 200 costs the live page: its longest task, and its heap over half an hour.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright'
import { startCollector } from '../../collector/src/serve.ts'
import { openStore } from '../../collector/src/store/libsql.ts'
import { CHROMIUM_ARGS, ensureChromium } from '../../demo/chromium.ts'
import { makeCall } from '../../demo/headless.ts'
import { serveDemo } from '../../demo/servers.ts'
import { createCrowd } from '../crowd.ts'
import { readCall } from '../played-calls.ts'
import { batchesOf } from '../replay/batches-of.ts'
import type { Body } from '../replay/batches-of.ts'
import { openWatched } from '../watched-page.ts'
import type { WatchedPage } from '../watched-page.ts'

const PARTICIPANTS = 200
const SIMULATED_MIN = 30
/** Of the simulated half hour, between two readings of the heap. */
const READ_EVERY_MIN = 5
const LIVE_SEC = 30
/** Opening is not following. */
const SETTLE_MS = 3000
const STEP_MS = 1000
const MAX_TASK_MS = 50
/** As a proxy would send them. */
const CONCURRENCY = 8

const folder = await mkdtemp(join(tmpdir(), 'bench-follow-'))
const collector = await startCollector({
  log: () => {},
  store: await openStore(join(folder, 'collector.db')),
  maxRequestsPerSec: 1e6,
})
const bodies = batchesOf(await readCall('lossy-network')).map(slim)
const browser = await chromium.launch({
  executablePath: ensureChromium(),
  args: [...CHROMIUM_ARGS],
})

/** The page sees no more of an item than this: the rest would cost the bench alone. */
function slim(body: Body): Body {
  const items = body.items.map((item) => {
    const { data, ...rest } = item as { data: unknown; tag: string }
    if (rest.tag !== 'stats') return item
    const { metrics, quality } = data as { metrics: unknown; quality: unknown }
    return { ...rest, data: { metrics, quality } }
  })
  return { ...body, items }
}

async function post(waiting: Body[]): Promise<void> {
  const send = async (): Promise<void> => {
    for (let body = waiting.pop(); body; body = waiting.pop()) {
      const answer = await fetch(`${collector.url}/ingest`, {
        method: 'POST',
        body: JSON.stringify(body),
      })
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, send))
}

async function open(path: string, at = collector.url): Promise<WatchedPage> {
  const watched = await openWatched(browser, `${at}/${path}`)
  await sleep(SETTLE_MS)
  await watched.longTasks()
  return watched
}

let isMet = true

/** What following has cost since it was opened. */
async function tell(
  name: string,
  { longTasks, complaints }: Pick<WatchedPage, 'longTasks' | 'complaints'>,
) {
  const tasks = await longTasks()
  const longest = Math.round(Math.max(0, ...tasks))
  console.log(
    `${name}, followed: ${tasks.length} tasks over ${MAX_TASK_MS} ms, the longest ${longest} ms; ${complaints.length} complaints`,
  )
  isMet &&= tasks.length === 0 && complaints.length === 0
}

const VIEWS = { 'room of 200': 'rooms/crowd', 'one of them': 'rooms/crowd/peers/p001' }
try {
  const startMs = Date.now() - SIMULATED_MIN * 60_000
  const crowd = createCrowd({ bodies, count: PARTICIPANTS, roomId: 'crowd', startMs })
  let at = startMs
  const play = async (untilMs: number): Promise<void> => {
    for (; at < untilMs; at += 5 * STEP_MS)
      await post(crowd(at, Math.min(untilMs, at + 5 * STEP_MS)))
    at = untilMs
  }
  await play(startMs + 60_000)
  const pages = Object.entries(VIEWS)
  const watched = await Promise.all(pages.map(async ([, path]) => open(path)))

  console.log(`heap of the page, kB, ${PARTICIPANTS} participants, simulated minutes:`)
  for (let minute = READ_EVERY_MIN; minute <= SIMULATED_MIN; minute += READ_EVERY_MIN) {
    await play(startMs + minute * 60_000)
    await sleep(SETTLE_MS)
    const heaps = await Promise.all(watched.map((each) => each.heapKb()))
    console.log(`${minute} min: ${pages.map(([name], i) => `${name} ${heaps[i]}`).join(', ')}`)
  }
  for (const { page } of watched) await page.close()

  for (const [name, path] of pages) {
    await play(Date.now())
    const one = await open(path)
    const end = Date.now() + LIVE_SEC * 1000
    while (Date.now() < end) {
      const now = Date.now()
      await post(crowd(at, now))
      at = now
      await sleep(Math.max(0, STEP_MS - (Date.now() - now)))
    }
    await tell(name, one)
    await one.page.close()
  }

  const demo = await serveDemo({
    port: 8080,
    collectorPort: 8787,
    folder: join(folder, 'demo'),
    log: () => {},
  })
  const call = makeCall(demo, { seconds: LIVE_SEC + 20, transport: 'fetch', log: () => {} })
  const lists = await openWatched(browser, demo.collectorUrl)
  const room = await lists.page.getByRole('link', { name: /^demo-/ }).getAttribute('href')
  for (const [name, path] of [
    ['a room of 2', room],
    ['one of these', `${room}/peers/alice`],
  ] as const) {
    const one = await open(String(path), demo.collectorUrl)
    await sleep((LIVE_SEC * 1000) / 2)
    await tell(`${name} in a call that runs`, one)
  }
  await call
  await demo.close()
} finally {
  await browser.close()
  await collector.close()
  await rm(folder, { recursive: true })
}
process.exit(isMet ? 0 : 1)
