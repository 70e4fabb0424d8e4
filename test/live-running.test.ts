// The live page follows: a call of real connections while it runs, and a collector that was away.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, test } from 'vitest'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector } from '../collector/src/serve.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import { CHROMIUM_ARGS, ensureChromium } from '../demo/chromium.ts'
import { serveDemo } from '../demo/servers.ts'
import { createCrowd } from './crowd.ts'
import { putAll } from './downloading.ts'
import { readCall } from './played-calls.ts'
import { batchesOf } from './replay/batches-of.ts'
import { openWatched } from './watched-page.ts'

const LIMIT_MS = 60_000
const CALL_SEC = 6
const AWAY = 'The collector does not answer'

let browser: Browser
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'live-running-'))
  browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_ARGS] })
})

afterAll(async () => {
  await browser.close()
  await rm(folder, { recursive: true })
})

const patient = { timeout: LIMIT_MS / 2 }

test.concurrent(
  'a call is followed until it is over',
  { timeout: LIMIT_MS },
  async ({ expect }) => {
    const ports = { port: 18_180, collectorPort: 18_887 }
    const demo = await serveDemo({ ...ports, folder, log: () => {} })
    try {
      const { page: list, complaints } = await openWatched(browser, demo.collectorUrl)
      await list.getByText('No calls yet').waitFor()
      const calling = await browser.newPage()
      const query = new URLSearchParams({
        collector: demo.url,
        seconds: String(CALL_SEC),
        auto: '',
      })
      await calling.goto(`${demo.url}/?${query}`)

      await list.getByText('1 call runs now').waitFor(patient)
      await list.getByRole('table').getByRole('link').first().click()
      await list.getByText('live', { exact: true }).waitFor()
      const names = () => list.getByRole('rowheader').getByRole('link').allInnerTexts()
      await expect.poll(async () => (await names()).length, patient).toBe(2)

      const [name = ''] = await names()
      const watched = await list.context().newPage()
      await watched.goto(list.url())
      await watched.getByRole('link', { name, exact: true }).click()
      await watched.getByText(', following').waitFor(patient)
      const polls = async () => (await factOf(watched, 'Polls, events')).split(',')[0]
      const before = await polls()
      await expect.poll(polls, patient).not.toBe(before)

      for (const page of [list, watched]) {
        await page.getByText('ended', { exact: true }).first().waitFor(patient)
      }
      await list.getByText('The call is over').waitFor()
      await list
        .getByRole('navigation', { name: 'Main' })
        .getByRole('link', { name: 'Rooms' })
        .click()
      await list.getByText('No call runs now').waitFor(patient)
      expect(complaints).toEqual([])
    } finally {
      await demo.close()
    }
  },
)

/** As it stands beside that name. */
async function factOf(page: Page, name: string): Promise<string> {
  const facts = page.getByRole('region', { name: 'The connection' })
  const names = await facts.getByRole('term').allInnerTexts()
  return facts.getByRole('definition').nth(names.indexOf(name)).innerText()
}

test.concurrent(
  'what was shown before the collector was away is there again, once',
  { timeout: LIMIT_MS },
  async ({ expect }) => {
    const start = async (port: number): Promise<RunningCollector> =>
      startCollector({ port, log: () => {}, store: await openStore(join(folder, 'away.db')) })
    const startMs = Date.now() - 20_000
    const bodies = batchesOf(await readCall('lossy-network'))
    const crowd = createCrowd({ bodies, count: 3, roomId: 'r', startMs })
    const first = await start(0)
    await putAll(first, crowd(startMs, startMs + 10_000))
    const views = ['rooms', 'rooms/r', 'rooms/r/peers/p001']
    const pages = await Promise.all(
      views.map(async (path) => (await openWatched(browser, `${first.url}/${path}`)).page),
    )
    /** Of three who take part, and of all their events. */
    const shown = () => Promise.all(pages.map(countOf))
    await expect.poll(shown, patient).toEqual([1, 3, expect.any(Number)])
    await pages[2]?.getByText('Connection connected').waitFor()
    const before = await shown()

    await first.close()
    for (const page of pages) await page.getByText(AWAY).waitFor(patient)
    expect(await shown()).toEqual(before)

    const again = await start(Number(new URL(first.url).port))
    for (const page of pages) await page.getByText(AWAY).waitFor({ ...patient, state: 'detached' })
    await expect.poll(shown, patient).toEqual(before)
    const polls = async () => Number((await factOf(pages[2]!, 'Polls, events')).split(',')[0])
    const pollsBefore = await polls()
    await putAll(again, crowd(startMs + 10_000, startMs + 20_000))
    await expect.poll(polls, patient).toBeGreaterThan(pollsBefore)
    expect(await shown()).toEqual(before)
    await again.close()
  },
)

/** Rows of the table, or lines of the events. */
async function countOf(page: Page): Promise<number> {
  const events = page.getByRole('group', { name: 'Events' })
  if ((await events.count()) > 0) return events.getByRole('listitem').count()
  return page.getByRole('rowheader').count()
}
