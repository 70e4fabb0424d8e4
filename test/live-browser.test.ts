// The live page in Chromium: clean and accessible in each view, usable by the keyboard, and found again by its addresses.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { chromium } from 'playwright'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CHROMIUM_ARGS, ensureChromium } from '../demo/chromium.ts'
import { addCrowd, CROWD, LIVE_VIEWS } from './live-views.ts'
import { TIMES } from './long.ts'
import { playCalls } from './played-calls.ts'
import type { PlayedCalls } from './played-calls.ts'
import { openWatched } from './watched-page.ts'
import type { WatchedPage } from './watched-page.ts'

const LIMIT_MS = 60_000
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PER_PAGE = 20
/** How far the page can be scrolled sideways, px. */
const TOO_WIDE = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

/** How each view is looked at: each width and each scheme, at length with each other. */
/** Each view in one of them, at length in all. */
const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'dark' },
  { width: 390, colorScheme: 'light' },
] as const

let played: PlayedCalls
let browser: Browser
const opened: WatchedPage[] = []

beforeAll(async () => {
  played = await playCalls()
  await addCrowd(played)
  browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_ARGS] })
}, LIMIT_MS)

afterEach(async () => {
  await Promise.all(opened.map(({ page }) => page.context().close()))
})

afterAll(async () => {
  await browser.close()
  await played.close()
})

/** As it is when all of it has come; until the test is over. */
async function open(path: string): Promise<Page> {
  const watched = await openWatched(browser, `${played.url}/${path}`)
  opened.push(watched)
  await settle(watched.page)
  return watched.page
}

async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  for (const text of ['Asking the collector', 'Reading the call']) {
    await page.getByText(text).waitFor({ state: 'detached' })
  }
}

/** What axe finds that is serious, and where. */
async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })")
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

describe('each view', () => {
  // A room of many has nothing that a room of three has not.
  const views = Object.entries(LIVE_VIEWS)
    .filter(([name]) => TIMES > 1 || name !== 'crowd')
    .map(([name, path], index) => ({
      ...{ name, path },
      looks: TIMES > 1 ? LOOKS : LOOKS.slice(index % LOOKS.length).slice(0, 1),
    }))

  test.each(views)(
    '$name is accessible and fits, wide and narrow, light and dark',
    { timeout: LIMIT_MS },
    async ({ path, looks }) => {
      const page = await open(path)
      await page.evaluate(AXE)
      for (const { width, colorScheme } of looks) {
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme })
        // Plots are drawn one after another.
        await expect.poll(() => faultsOf(page), { timeout: 10_000 }).toEqual([])
        expect(await page.evaluate(TOO_WIDE)).toBe(0)
      }
    },
  )

  test.each([
    ['rooms?q=net&sort=-freezes', 'lossy-network'],
    ['rooms/lossy-network?sort=-freezes&q=o', 'Carol'],
    ['rooms/outage/peers/carol', 'Arrived at the collector after'],
  ])('%s is the same when it is loaded anew', async (path, shown) => {
    const [page, other] = [await open(path), await open(path)]
    await other.reload()
    const text = (of: Page) => of.getByRole('main').innerText()
    await expect.poll(() => text(other)).toContain(shown)
    // What is drawn last may come a moment later to either.
    await expect.poll(async () => (await text(other)) === (await text(page))).toBe(true)
  })
})

test('the way back leads to what was seen before, and the way on to what was seen after', async () => {
  const page = await open('')
  const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  await page.getByRole('link', { name: 'outage', exact: true }).click()
  await heading('outage')
  await page.getByRole('link', { name: 'Carol', exact: true }).click()
  await heading('Carol')
  await page.goBack()
  await heading('outage')
  await page.goBack()
  await heading('Rooms')
  await page.goForward()
  await page.goForward()
  await heading('Carol')
  expect(page.url()).toBe(`${played.url}/rooms/outage/peers/carol`)
})

test('a session is downloaded in each of its forms', async () => {
  const page = await open('sessions/outage-bob')
  const links = await page.getByRole('region', { name: 'Downloads' }).getByRole('link').all()
  expect(links).toHaveLength(3)
  for (const link of links) {
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
    expect(download.suggestedFilename()).toContain('outage-bob')
    const answer = await fetch(download.url())
    expect([answer.status, answer.headers.get('content-disposition')]).toEqual([
      200,
      expect.stringContaining('attachment'),
    ])
    expect((await answer.text()).length).toBeGreaterThan(100)
  }
})

/** Presses Tab until that has the focus. */
async function tabTo(page: Page, role: 'link' | 'button' | 'slider', name: string): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true }).first()
  for (let presses = 0; presses < 100; presses += 1) {
    await page.keyboard.press('Tab')
    if (await wanted.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error(`expected to come to the ${role} ${name} by Tab`)
}

test('the keyboard alone leads to a participant, sorts, and zooms a plot', async () => {
  const page = await open('')
  await tabTo(page, 'link', 'lossy-network')
  await page.keyboard.press('Enter')
  await page.getByRole('table').waitFor()
  const first = () => page.getByRole('rowheader').getByRole('link').first().innerText()
  await expect.poll(first).toBe('Bob')
  await tabTo(page, 'button', 'Participant')
  await page.keyboard.press('Enter')
  await expect.poll(first).toBe('Alice')
  await tabTo(page, 'link', 'Bob')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Bob' }).waitFor()
  await settle(page)
  await page.getByRole('slider', { name: 'Frames a second, by time' }).waitFor()
  await tabTo(page, 'slider', 'Frames a second, by time')
  const chosen = page.getByRole('radio', { name: 'Chosen' })
  await page.keyboard.press('+')
  await chosen.waitFor()
  await page.keyboard.press('Escape')
  await chosen.waitFor({ state: 'detached' })
})

describe(`a room of ${CROWD}`, () => {
  const names = (page: Page) => page.getByRole('rowheader').getByRole('link').allInnerTexts()

  test('has all of them, the worst first', async () => {
    const page = await open('rooms/crowd')
    await page.getByText(`1 to ${PER_PAGE} of ${CROWD}`).waitFor()
    const seen: string[] = []
    const scores: number[] = []
    for (let first = 1; first <= CROWD; first += PER_PAGE) {
      await page.getByText(`${first} to ${first + PER_PAGE - 1} of ${CROWD}`).waitFor()
      seen.push(...(await names(page)))
      const rows = await page.getByRole('row').all()
      const texts = rows.slice(1).map((row) => row.getByRole('cell').nth(1).innerText())
      scores.push(...(await Promise.all(texts)).map(Number.parseFloat))
      if (first + PER_PAGE <= CROWD) await page.getByRole('button', { name: 'Next' }).click()
    }
    expect(new Set(seen).size).toBe(CROWD)
    expect(scores).toEqual(scores.toSorted((one, other) => one - other))
  })

  test('has one who is searched for, and leads to him', async () => {
    const page = await open('rooms/crowd')
    await page.getByRole('searchbox', { name: 'Search participants' }).fill('pant 137')
    await expect.poll(() => names(page)).toEqual(['Participant 137'])
    await page.getByRole('link', { name: 'Participant 137' }).click()
    await page.getByRole('heading', { level: 1, name: 'Participant 137' }).waitFor()
    await page.getByRole('slider', { name: 'Round trip, ms, by time' }).waitFor()
  })
})

test('none of all that complained of anything, or asked anybody but the collector', () => {
  const complaints = opened.flatMap((each) => each.complaints)
  // A browser says so itself of an address that means nothing.
  expect(complaints.filter((text) => !text.includes('status of 404'))).toEqual([])
  expect(complaints.length).toBeLessThanOrEqual(1)
  expect(new Set(opened.flatMap(({ origins }) => [...origins]))).toEqual(new Set([played.url]))
})
