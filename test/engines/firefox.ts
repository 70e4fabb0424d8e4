// Firefox, through Puppeteer and WebDriver BiDi.
import { launch } from 'puppeteer-core'
import type { Browser } from 'puppeteer-core'
import type { Launch } from './engine.ts'
import { getFirefox } from './get.ts'

const PREFERENCES = {
  // The oscillator of a call plays without a gesture.
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  // A microphone without a device, and without a question. Where there is no sound card the oscillator is silent.
  'media.navigator.permission.disabled': true,
  'media.navigator.streams.fake': true,
}

export function startFirefox(): Promise<Browser> {
  return launch({
    browser: 'firefox',
    executablePath: getFirefox(),
    headless: true,
    extraPrefsFirefox: PREFERENCES,
  })
}

export const launchFirefox: Launch = async () => {
  const browser = await startFirefox()
  const [page = await browser.newPage()] = await browser.pages()
  return {
    version: await browser.version(),
    open: async (address) => void (await page.goto(address)),
    evaluate: async <Value>(expression: string) => (await page.evaluate(expression)) as Value,
    close: () => browser.close(),
  }
}
