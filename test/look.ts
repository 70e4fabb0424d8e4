// `npm run look`: pictures of each view of the live page, wide and narrow, light and dark, for somebody to look at.
import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { chromium } from 'playwright'
import { CHROMIUM_ARGS, ensureChromium } from '../demo/chromium.ts'
import { addCrowd, LIVE_VIEWS } from './live-views.ts'
import { playCalls } from './played-calls.ts'
import { openWatched } from './watched-page.ts'

const OUT = join(import.meta.dirname, '../.tmp/look')
const WIDTHS = [1280, 390]
const SCHEMES = ['light', 'dark'] as const
/** A stream has come, and what it brought is drawn. */
const SETTLE_MS = 2000

const played = await playCalls()
const browser = await chromium.launch({
  executablePath: ensureChromium(),
  args: [...CHROMIUM_ARGS],
})
try {
  await addCrowd(played)
  await mkdir(OUT, { recursive: true })
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      const { page } = await openWatched(browser, played.url, { width, colorScheme })
      for (const [name, path] of Object.entries(LIVE_VIEWS)) {
        await page.goto(`${played.url}/${path}`)
        await page.waitForTimeout(SETTLE_MS)
        const file = join(OUT, `${name}-${width}-${colorScheme}.png`)
        await page.screenshot({ path: file, fullPage: true })
        console.log(relative('.', file))
      }
      await page.context().close()
    }
  }
} finally {
  await browser.close()
  await played.close()
}
