// `npm run bench:follow`: what following a call of 200 costs the live page: its longest task, and its heap over half an hour.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { chromium } from 'playwright'
import { startCollector } from '../../collector/src/serve.ts'
import { openStore } from '../../collector/src/store/libsql.ts'
import { CHROMIUM_ARGS, ensureChromium } from '../../demo/chromium.ts'
import { createCrowd } from '../crowd.ts'
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
const CALL = resolve(import.meta.dirname, '../fixtures/calls/lossy-network.jsonl.gz')
/** As a proxy would send them. */
const CONCURRENCY = 8

const folder = await mkdtemp(join(tmpdir(), 'bench-follow-'))
const collector = await startCollector({
  log: () => {},
  store: await openStore(join(folder, 'collector.db')),
  maxRequestsPerSec: 1e6,
})
const bodies = batchesOf(gunzipSync(await readFile(CALL))).map(slim)
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

async function open(path: string): Promise<WatchedPage> {
  const watched = await openWatched(browser, `${collector.url}/${path}`)
  await sleep(SETTLE_MS)
  await watched.longTasks()
  return watched
}

const VIEWS = { 'room of 200': 'rooms/crowd', 'one of them': 'rooms/crowd/peers/p001' }
let isMet = true
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
    const { page, longTasks, complaints } = await open(path)
    const end = Date.now() + LIVE_SEC * 1000
    while (Date.now() < end) {
      const now = Date.now()
      await post(crowd(at, now))
      at = now
      await sleep(Math.max(0, STEP_MS - (Date.now() - now)))
    }
    const tasks = await longTasks()
    const longest = Math.round(Math.max(0, ...tasks))
    console.log(
      `${name}, followed for ${LIVE_SEC} s: ${tasks.length} tasks over ${MAX_TASK_MS} ms, the longest ${longest} ms; complaints: ${complaints.length}`,
    )
    isMet &&= tasks.length === 0 && complaints.length === 0
    await page.close()
  }
} finally {
  await browser.close()
  await collector.close()
  await rm(folder, { recursive: true })
}
process.exit(isMet ? 0 : 1)
