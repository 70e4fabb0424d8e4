// The two browsers, behind one way to visit a page and wait for its result.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright'
import { CHROMIUM_ARGS, ensureChromium } from '../../demo/chromium.ts'

export type BrowserName = 'chromium' | 'firefox'

/** What the page says of itself: `apps/app.js` makes it. */
interface PageResult {
  readonly mode?: string
  readonly succeeded: boolean
  readonly successMs: number
  readonly errors: readonly string[]
  readonly violations: readonly string[]
  readonly unsettled: readonly string[]
  readonly uncaught: readonly string[]
}

export interface Visit {
  /** Null where the page had none in time. */
  readonly result: PageResult | null
  /** Uncaught, as the browser reports them. */
  readonly pageErrors: readonly string[]
  /** Errors in the console: they explain a failure, and are none by themselves. */
  readonly consoleErrors: readonly string[]
}

export interface Browser {
  visit(url: string): Promise<Visit>
  close(): Promise<void>
}

/** What both drivers have in common, as far as it is used here. */
interface Page {
  on(event: 'pageerror', listener: (error: Error) => void): unknown
  on(event: 'console', listener: (message: ConsoleMessage) => void): unknown
  goto(url: string): Promise<unknown>
  evaluate(job: () => PageResult | null): Promise<PageResult | null>
  close(): Promise<void>
}

interface ConsoleMessage {
  type(): string
  text(): string
}

interface Puppeteer {
  launch(options: object): Promise<{ newPage(): Promise<Page>; close(): Promise<void> }>
}

const RESULT_LIMIT_MS = 45_000
const FIREFOX = process.env['FIREFOX_PATH'] ?? '/usr/bin/firefox-esr'

/** `tools` is the folder where puppeteer-core is installed. */
export async function launch(name: BrowserName, tools: () => Promise<string>): Promise<Browser> {
  const browser =
    name === 'chromium'
      ? await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_ARGS] })
      : await launchFirefox(await tools())
  return {
    async visit(url) {
      const page: Page = await browser.newPage()
      try {
        return await watch(page, url, name)
      } finally {
        await page.close()
      }
    },
    close: () => browser.close(),
  }
}

async function launchFirefox(tools: string): ReturnType<Puppeteer['launch']> {
  const path = createRequire(join(tools, 'package.json')).resolve('puppeteer-core')
  const module = (await import(pathToFileURL(path).href)) as { default: Puppeteer }
  return module.default.launch({ browser: 'firefox', executablePath: FIREFOX, headless: true })
}

async function watch(page: Page, url: string, name: BrowserName): Promise<Visit> {
  const pageErrors: string[] = []
  const consoleErrors: string[] = []
  // Firefox says a worker that does not load here too, which no listener of the page gets to see.
  const uncaught = name === 'chromium' ? pageErrors : consoleErrors
  page.on('pageerror', (error) => uncaught.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') consoleErrors.push(message.text())
  })
  await page.goto(url)
  let result: PageResult | null = null
  for (const began = Date.now(); !result && Date.now() - began < RESULT_LIMIT_MS;) {
    await sleep(200)
    result = await page.evaluate(
      () => (globalThis as typeof globalThis & { result?: PageResult }).result ?? null,
    )
  }
  return { result, pageErrors, consoleErrors }
}
