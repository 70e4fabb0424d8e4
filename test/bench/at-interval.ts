// What a poll costs the page at the interval that apps have: arming what leaves in a crash is part of each poll then.
import { DEFAULTS } from '../../src/options.ts'
import type { Bench, Page } from './harness.ts'
import { mainThreadMs } from './main-thread.ts'
import type { Reading } from './reading.ts'
import { SCENARIOS } from './scenarios.ts'

const POLLS = 9
const { getStatsInterval } = DEFAULTS

/** For the reader alone: so few polls decide nothing. */
export async function readAtInterval({ openCall }: Bench): Promise<Reading[]> {
  const { near, close } = await openCall(SCENARIOS.s1)
  const loop = (name: 'idle' | 'floor') => () => near.ask('start', name)
  const ours = (beaconTail: number) => () => near.ask('startOurs', { getStatsInterval, beaconTail })
  const idle = await costOf(near, loop('idle'))
  const floor = (await costOf(near, loop('floor'))) - idle
  const whole = (await costOf(near, ours(DEFAULTS.beaconTail))) - idle
  const withoutTail = (await costOf(near, ours(0))) - idle
  await close()
  return [
    ['read floor', floor],
    ['ours', whole],
    ['ours with `beaconTail: 0`, which arms no `fetchLater`', withoutTail],
  ].map(([what, ms]) => ({
    what: `s1 polled every ${getStatsInterval} ms: ${what}`,
    measured: `${Number(ms).toFixed(2)} ms a poll`,
    target: 'none',
    isMet: true,
  }))
}

async function costOf(page: Page, start: () => Promise<void>): Promise<number> {
  await page.send('HeapProfiler.collectGarbage')
  await start()
  await page.ask('poll', 2, getStatsInterval)
  const before = await mainThreadMs(page)
  await page.ask('poll', POLLS, getStatsInterval)
  const ms = (await mainThreadMs(page)) - before
  await page.ask('stop')
  return ms / POLLS
}
