// What a test with tabs stands on: a site, an endpoint, and a browser on a disk of its own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExporterOptions } from '../../src/index.ts'
import { startFaultCollector } from '../fault-collector.ts'
import { createRun } from '../run.ts'
import type { Run } from '../run.ts'
import { PROMISE_MS } from './account.ts'
import { launch } from './cdp.ts'
import type { Browser } from './cdp.ts'
import { countMarks, startPage } from './page.ts'
import type { Marks } from './page.ts'
import { serveSite } from './site.ts'
import type { Tab } from './tab.ts'
import { poll } from './wait.ts'

export interface Lab {
  readonly browser: Browser
  /** A new endpoint. */
  createRun(): Run
  /** A tab whose exporter makes marks. */
  openTab(options: ExporterOptions, marks: Marks): Promise<Tab>
  close(): Promise<void>
}

/** Tabs in the background make their marks as fast as the others; their workers are never throttled anyway. */
const ARGS = ['--disable-background-timer-throttling']

const CAPTURE_LIMIT_MS = 30_000

export async function openLab(): Promise<Lab> {
  const profile = await mkdtemp(join(tmpdir(), 'crash-'))
  const [site, faults] = await Promise.all([serveSite(), startFaultCollector()])
  const browser = await launch({ profile, args: ARGS })
  return {
    browser,
    createRun: () => createRun(faults.url),
    async openTab(options, marks) {
      const tab = await browser.openTab(site.url)
      await tab.call(startPage, options, marks)
      return tab
    },
    async close() {
      await browser.close()
      await Promise.all([site.close(), faults.close()])
      await rm(profile, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** So many marks of the tab have reached its worker, and lie on the disk as promised. */
export async function captured(tab: Tab, count: number): Promise<void> {
  await poll(
    `${count} marks on the disk`,
    CAPTURE_LIMIT_MS,
    () => tab.call(countMarks),
    ({ reached, reachedAt }) => reached >= count && Date.now() - reachedAt > PROMISE_MS,
    20,
  )
}

/** The tab's worker is up, and gives marks back. */
export async function capturing(tab: Tab): Promise<void> {
  await poll(
    'a mark',
    CAPTURE_LIMIT_MS,
    () => tab.call(countMarks),
    ({ reached }) => reached > 0,
    20,
  )
}
