// The live page in Chromium, with an eye on what it must not do: errors, long tasks, anything from elsewhere.
import type { Browser, Page } from 'playwright'

export interface WatchedPage {
  readonly page: Page
  /** What the console said that is no plain line, uncaught errors, and violations of the policy. */
  readonly complaints: readonly string[]
  /** Origins that something was asked of. */
  readonly origins: ReadonlySet<string>
  /** Tasks of more than 50 ms since this was last asked, ms. */
  longTasks(): Promise<number[]>
  /** Of the page, after a forced collection. */
  heapKb(): Promise<number>
}

export interface WatchOptions {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
}

/** Text, for what compiles these files puts names into functions that the page does not know. */
const WATCH_TASKS = `globalThis.longTasks = []
new PerformanceObserver((list) => {
  longTasks.push(...list.getEntries().map(({ duration }) => duration))
}).observe({ type: 'longtask' })`

/** Times are those of UTC, and nothing moves that need not. */
export async function openWatched(
  browser: Browser,
  url: string,
  { width = 1280, height = 800, colorScheme = 'light' }: WatchOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    locale: 'en-GB',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  const origins = new Set<string>()
  page.on('console', (message) => {
    if (['error', 'warning', 'assert'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => origins.add(new URL(request.url()).origin))
  await page.addInitScript(WATCH_TASKS)
  await page.goto(url)
  const cdp = await context.newCDPSession(page)
  return {
    page,
    complaints,
    origins,
    longTasks: () => page.evaluate('longTasks.splice(0)'),
    async heapKb() {
      await cdp.send('HeapProfiler.collectGarbage')
      const { usedSize } = await cdp.send('Runtime.getHeapUsage')
      return Math.round(usedSize / 1000)
    },
  }
}
