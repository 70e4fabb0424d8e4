// Firefox as the matrix of test/crash needs it: the ends that a page can be given over WebDriver BiDi.
import type { Browser, Page } from 'puppeteer-core'
import type { End } from '../crash/cells.ts'
import type { Stage, StagePage } from '../crash/stage.ts'
import { onOtherSite } from '../crash/site.ts'

export interface FirefoxPage extends StagePage {
  readonly page: Page
}

/** What ends more than a page takes another protocol. */
const ENDS: readonly End[] = ['navigate', 'cross-site', 'reload', 'close']

export const canEnd = (end: End): boolean => ENDS.includes(end)

/** tsx marks the functions that it has compiled with their names; the page knows nothing of that. */
const UNMARKED = 'const __name = (work) => work;'

export function onFirefox(browser: Browser, end: End, site: string): Stage<FirefoxPage> {
  const pages: Page[] = []
  return {
    async open(url) {
      // One more tab of a window would hide the last one.
      const page = await browser.newPage({ type: 'window' })
      pages.push(page)
      await page.goto(url)
      const evaluate = async <Value>(text: string): Promise<Value> =>
        (await page.evaluate(text)) as Value
      return {
        page,
        call: (work, ...args) =>
          evaluate(`(() => {${UNMARKED} return (${work})(...${JSON.stringify(args)})})()`),
        onBinding: (name, listener) => page.exposeFunction(name, listener),
        close: () => page.close(),
      }
    },
    async prepareEnd({ page }) {
      switch (end) {
        case 'navigate':
          return async () => void (await page.goto(`${site}away`))
        case 'cross-site':
          return async () => void (await page.goto(`${onOtherSite(site)}away`))
        case 'reload':
          return async () => void (await page.reload())
        case 'close':
          return () => page.close()
        case 'kill the renderer':
        case 'discard':
        case 'SIGTERM':
        case 'SIGKILL':
          throw new Error(`${end} is not to be had here`)
        default:
          return end satisfies never
      }
    },
    comeBack: async () => {},
    async close() {
      // Some are closed by now.
      await Promise.all(pages.map((page) => page.close().catch(() => {})))
    },
  }
}
