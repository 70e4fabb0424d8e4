// Chromium, through Playwright.
import { chromium } from 'playwright'
import { CHROMIUM_ARGS, ensureChromium } from '../../demo/chromium.ts'
import type { Launch } from './engine.ts'

export const launchChromium: Launch = async () => {
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    args: [...CHROMIUM_ARGS],
  })
  const page = await browser.newPage()
  return {
    version: `Chromium ${browser.version()}`,
    open: async (address) => void (await page.goto(address)),
    evaluate: (expression) => page.evaluate(expression),
    close: () => browser.close(),
  }
}
