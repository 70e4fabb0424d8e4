// A browser and the calls in it: the page that is measured in one renderer, the far end in another.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch } from '../crash/cdp.ts'
import type { Browser } from '../crash/cdp.ts'
import type { Tab } from '../crash/tab.ts'
import { poll } from '../crash/wait.ts'
import type { BenchPage } from './page/main.ts'
import type { Scenario } from './scenarios.ts'
import { serveSite } from './site.ts'
import type { Site } from './site.ts'

export interface Bench {
  readonly browser: Browser
  readonly site: Pick<Site, 'url' | 'onBody'>
  openPage(): Promise<Page>
  /** Resolves when every stream has been decoded, and its sender has reported. */
  openCall(scenario: Scenario): Promise<Call>
  close(): Promise<void>
}

interface Call {
  /** The end that is measured. */
  readonly near: Page
  /** In all reports of the near end. */
  readonly stats: number
  close(): Promise<void>
}

export interface Page {
  readonly tab: Tab
  /** A function of the page: `window.bench[name](...args)`. */
  ask<Name extends keyof BenchPage>(
    name: Name,
    ...args: Parameters<BenchPage[Name]>
  ): Promise<Answer<Name>>
  /** To its target. */
  send<Result>(method: string, params?: object): Promise<Result>
}

/** Two renderers that find each other by the address of loopback, and are throttled by nobody. */
const ARGS: readonly string[] = [
  '--allow-loopback-in-peer-connection',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-features=ProcessPerSiteUpToMainFrameThreshold,WebRtcHideLocalIpsWithMdns',
]

/** Of a complaint: an offer has some thousand. */
const MAX_CALL_CHARS = 60
const READY_LIMIT_MS = 15_000
const DECODED_LIMIT_MS = 120_000

export async function openBench(): Promise<Bench> {
  const site = await serveSite()
  const profile = await mkdtemp(join(tmpdir(), 'bench-'))
  const browser = await launch({ profile, args: ARGS })
  const openPage = (): Promise<Page> => openPageOf(browser, site.url)
  return {
    browser,
    site,
    openPage,
    openCall: (scenario) => openCall(openPage, scenario),
    async close() {
      await browser.close()
      await site.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

async function openPageOf(browser: Browser, url: string): Promise<Page> {
  const tab = await browser.openTab(url, 'context')
  const isReady = (): Promise<boolean> => tab.evaluate<boolean>('!!window.bench')
  await poll('the page', READY_LIMIT_MS, isReady, Boolean)
  return {
    tab,
    ask: (name, ...args) => ask(tab, name, args),
    send: (method, params) => browser.send(method, params, tab.sessionId),
  }
}

type Answer<Name extends keyof BenchPage> = Awaited<ReturnType<BenchPage[Name]>>

async function ask<Name extends keyof BenchPage>(
  tab: Tab,
  name: Name,
  args: Parameters<BenchPage[Name]>,
): Promise<Answer<Name>> {
  const call = `${name}(${JSON.stringify(args).slice(1, -1)})`
  try {
    return await tab.evaluate<Answer<Name>>(`bench.${call}`)
  } catch (cause) {
    throw new Error(`the page at ${call.slice(0, MAX_CALL_CHARS)}`, { cause })
  }
}

type Progress = Answer<'progress'>

async function openCall(openPage: () => Promise<Page>, scenario: Scenario): Promise<Call> {
  const [near, far] = [await openPage(), await openPage()]
  const offers = await far.ask('offer', scenario)
  await far.ask('accept', await near.ask('answer', offers, scenario.isTwoWay))

  const inbound = 2 * scenario.streams * scenario.connections
  const isComplete = ({ decoded, reported }: Progress): boolean =>
    decoded === inbound && reported === inbound
  const look = (): Promise<Progress> => near.ask('progress')
  const { stats } = await poll('all streams', DECODED_LIMIT_MS, look, isComplete, 500)
  if (scenario.stopsMedia) await far.ask('stopMedia')
  return {
    near,
    stats,
    async close() {
      await near.tab.close()
      await far.tab.close()
    },
  }
}
