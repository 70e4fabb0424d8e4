// A hidden tab goes on as if it were seen: the worker's clock is the one that counts, not the page's.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startFaultCollector } from '../fault-collector.ts'
import { TIMES } from '../long.ts'
import { createRun, pause } from '../run.ts'
import { recordedTimes, recordTimes, startCall, startExporter } from './call-page.ts'
import { openHost } from './chromium-stage.ts'
import type { Host } from './chromium-stage.ts'
import { serveSite } from './site.ts'
import type { Site } from './site.ts'
import type { Tab } from './tab.ts'
import { poll } from './wait.ts'

const HIDDEN_MS = TIMES > 1 ? 120_000 : 10_000
/** Faster than a page's own timers may be while it is hidden. */
const POLL_MS = 500
const TIMER_MS = 100
/** https://developer.chrome.com/blog/timer-throttling-in-chrome-88 : once a second; nobody is exempt who makes no sound. */
const THROTTLED_MS = 1000
const WITHIN = 0.2
const HIDE_LIMIT_MS = 10_000

let site: Site
let faults: Awaited<ReturnType<typeof startFaultCollector>>
let host: Host

beforeAll(async () => {
  ;[site, faults, host] = await Promise.all([serveSite(), startFaultCollector(), openHost()])
})

afterAll(async () => {
  await host.close()
  await Promise.all([site.close(), faults.close()])
})

it(
  'a hidden tab with a live call keeps its poll interval while its own timers are throttled',
  async () => {
    const parts = { signalEveryMs: 0, busyWorker: null }
    const options = { url: createRun(faults.url).url, getStatsInterval: POLL_MS }
    const tab = await host.browser.openTab(site.url)
    await tab.call(startExporter, options, parts)
    await tab.call(startCall, parts)
    await host.browser.openTab(`${site.url}away`)
    await hidden(tab)

    await tab.call(recordTimes, TIMER_MS)
    await pause(HIDDEN_MS)
    const { timers, polls } = await tab.call(recordedTimes)
    expect(await tab.evaluate('document.visibilityState')).toBe('hidden')

    const gaps = gapsOf(polls)
    const timerMs = mean(gapsOf(timers))
    const worstMs = Math.max(...gaps)
    process.stdout.write(
      `hidden for ${HIDDEN_MS / 1000} s: polls every ${mean(gaps).toFixed(0)} ms of ${POLL_MS}, ` +
        `at worst ${worstMs} ms; timers every ${timerMs.toFixed(0)} ms of ${TIMER_MS}\n`,
    )
    expect.soft(timerMs).toBeGreaterThan(THROTTLED_MS * (1 - WITHIN))
    expect.soft(polls.length).toBeGreaterThan((HIDDEN_MS / POLL_MS) * (1 - WITHIN))
    expect.soft(polls.length).toBeLessThan((HIDDEN_MS / POLL_MS) * (1 + WITHIN))
    // One in ten may meet a machine that is busy with something else.
    const kept = gaps.filter((gap) => Math.abs(gap - POLL_MS) <= POLL_MS * WITHIN)
    expect.soft(kept.length / gaps.length).toBeGreaterThan(0.9)
  },
  HIDDEN_MS + 60_000,
)

async function hidden(tab: Tab): Promise<void> {
  await poll(
    'a hidden tab',
    HIDE_LIMIT_MS,
    () => tab.evaluate<string>('document.visibilityState'),
    (state) => state === 'hidden',
    50,
  )
}

const gapsOf = (times: readonly number[]): number[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? time))

const mean = (all: readonly number[]): number =>
  all.reduce((total, one) => total + one, 0) / all.length
