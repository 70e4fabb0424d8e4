// Chromium as the matrix needs it, with each of its ends.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { End } from './cells.ts'
import { launch } from './cdp.ts'
import type { Browser } from './cdp.ts'
import { allowInternalPages, discard, findInDiscards } from './discards.ts'
import { onOtherSite } from './site.ts'
import type { Stage } from './stage.ts'
import type { Tab } from './tab.ts'

/** A browser on a disk of its own, which outlives it. */
export interface Host {
  readonly browser: Browser
  /** On the same disk. */
  restart(): Promise<void>
  close(): Promise<void>
}

export async function openHost(): Promise<Host> {
  const profile = await mkdtemp(join(tmpdir(), 'crash-'))
  await allowInternalPages(profile)
  let browser = await launch({ profile })
  return {
    get browser() {
      return browser
    },
    async restart() {
      browser = await launch({ profile })
    },
    async close() {
      await browser.kill()
      await rm(profile, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

const endsBrowser = (end: End): boolean => end === 'SIGTERM' || end === 'SIGKILL'

/**
 * Not to be shared: Chromium 156 has ended by itself in a long row of discards, and a trace, which finds the process of a
 * tab, does not end where another tab's process is killed in the middle of it.
 */
export const wearsOut = (end: End): boolean =>
  endsBrowser(end) || end === 'discard' || end === 'kill the renderer'

/** @param host stays as it is, unless the end is the browser's own */
export function onChromium(host: Host, end: End, site: string): Stage<Tab> {
  const open: Tab[] = []

  /** In a window of its own it is visible; one tab of many is what a browser discards. */
  const place = end === 'discard' ? 'tab' : 'window'

  async function openTab(url: string): Promise<Tab> {
    const tab = await host.browser.openTab(url, place)
    open.push(tab)
    return tab
  }

  async function prepareDiscard(tab: Tab): Promise<() => Promise<void>> {
    const discards = await openTab('chrome://discards')
    const address = await tab.evaluate<string>('location.href')
    await findInDiscards(discards, address)
    return async () => {
      await tab.detach()
      await discard(discards, address)
    }
  }

  return {
    open: openTab,
    async prepareEnd(tab) {
      const send = async (method: string, params: object = {}): Promise<void> => {
        await host.browser.send(method, params, tab.sessionId)
      }
      switch (end) {
        case 'navigate':
          return () => send('Page.navigate', { url: `${site}away` })
        case 'cross-site':
          return () => send('Page.navigate', { url: `${onOtherSite(site)}away` })
        case 'reload':
          return () => send('Page.reload')
        case 'close':
          return () => tab.close()
        case 'kill the renderer':
          await tab.rendererPid()
          return () => tab.killRenderer()
        case 'discard':
          return prepareDiscard(tab)
        case 'SIGTERM':
          return () => host.browser.terminate()
        case 'SIGKILL':
          return () => host.browser.kill()
        default:
          return end satisfies never
      }
    },
    async comeBack() {
      if (endsBrowser(end)) await host.restart()
    },
    async close() {
      // Some are closed by now.
      await Promise.all(open.map((tab) => tab.close().catch(() => {})))
    },
  }
}
