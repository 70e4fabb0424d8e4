// The order of a room's rows while it is followed: the worst first, and nothing moves away from who is at the keyboard.
import { chromium } from 'playwright'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { RunningCollector } from '../collector/src/serve.ts'
import { CHROMIUM_ARGS, ensureChromium } from '../demo/chromium.ts'
import { batchOf } from './batches.ts'
import { putAll } from './downloading.ts'
import { pollOf, start, stopAll } from './scraping.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const BACK = NAMES.toReversed()

let browser: Browser
let collector: RunningCollector
let page: Page
let seq = 0

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_ARGS] })
})

afterAll(() => browser.close())

beforeEach(async () => {
  collector = await start()
  await rate(NAMES)
  page = await browser.newPage()
  await page.goto(`${collector.url}/rooms/r?sort=now`)
})

afterEach(async () => {
  await page.close()
  await stopAll()
})

/** The first of these is the worst of all now. */
async function rate(names: readonly string[]): Promise<void> {
  seq += 1
  const timestamp = new Date().toISOString()
  const bodies = names.map((name, score) => {
    const whose = { timestamp, peerId: name, peerName: name, pcId: `pc-${name}` }
    const { client } = batchOf([])
    return batchOf([pollOf(seq, { score: 1 + score }, whose)], {
      ...{ producer: name, sessionId: name },
      client: { ...client, roomId: 'r', userId: name },
    })
  })
  await putAll(collector, bodies)
}

const rows = (): Promise<string[]> => page.getByRole('rowheader').getByRole('link').allInnerTexts()
const scores = (): Promise<string[]> =>
  page.getByRole('rowheader').locator('xpath=../td[3]').allInnerTexts()

it('the rows are in order at once, and again after they have changed', async () => {
  await expect.poll(rows).toEqual(NAMES)
  await rate(BACK)
  await expect.poll(rows).toEqual(BACK)
})

it('no row moves while one of them has the focus, and its numbers change', async () => {
  await expect.poll(rows).toEqual(NAMES)
  const link = page.getByRole('rowheader').getByRole('link', { name: 'c', exact: true })
  await link.focus()
  await rate(BACK)
  await expect.poll(scores).toEqual(['8.0', '7.0', '6.0', '5.0', '4.0', '3.0', '2.0', '1.0'])
  expect(await rows()).toEqual(NAMES)
  expect(await page.evaluate('document.activeElement.textContent')).toBe('c')
  await link.blur()
  await expect.poll(rows).toEqual(BACK)
})
