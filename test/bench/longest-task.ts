// The longest task of the main thread for a poll, on a processor that is six times as slow.
import { median } from './figures.ts'
import type { Bench } from './harness.ts'
import type { Reading } from './reading.ts'
import { SCENARIOS } from './scenarios.ts'
import { cpuMs, trace } from './trace.ts'
import type { TraceEvent } from './trace.ts'

const POLLS = 40
const WARM_UP_POLLS = 5
const THROTTLE = 6
const CATEGORIES = ['disabled-by-default-devtools.timeline', 'blink.user_timing']
const MOST_MEDIAN_MS = 16
const MOST_MS = 50

export async function readLongestTask({ browser, openCall }: Bench): Promise<Reading[]> {
  const { near, close } = await openCall(SCENARIOS.sfu50)
  await near.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE })
  await near.ask('start', 'ours')
  await near.ask('poll', WARM_UP_POLLS)
  await near.ask('mark')
  const events = await trace(browser, near, CATEGORIES, () => near.ask('poll', POLLS))
  await near.ask('stop')
  const longest = longestOfEach(events, await near.tab.rendererPid())
  await close()

  const [middle, most] = [median(longest), Math.max(...longest)]
  const what = `sfu50: longest task, processor ${THROTTLE} x slower, ${longest.length} polls`
  return [
    {
      what: `${what}, median`,
      measured: `${middle.toFixed(1)} ms`,
      target: `< ${MOST_MEDIAN_MS} ms`,
      isMet: middle < MOST_MEDIAN_MS,
    },
    {
      what: `${what}, worst`,
      measured: `${most.toFixed(1)} ms`,
      target: `< ${MOST_MS} ms`,
      isMet: most < MOST_MS,
    },
  ]
}

/**
 * All of the time from one call of `getStats()` to the next is of that poll. What slows the processor down spins on the
 * thread itself, so that its CPU has that in it, and nothing of what else runs on this machine.
 */
function longestOfEach(events: readonly TraceEvent[], pid: number): number[] {
  const own = events.filter((event) => event.pid === pid)
  const marks = own.filter(({ name }) => name === 'getStats').toSorted((a, b) => a.ts - b.ts)
  const tasks = own.filter(({ name, tid }) => name === 'RunTask' && tid === marks[0]?.tid)
  const endOf = ({ ts, dur = 0 }: TraceEvent): number => ts + dur
  return marks.map(({ ts }, index) => {
    const end = marks[index + 1]?.ts ?? Infinity
    // The task that calls has begun before.
    const inPoll = tasks.filter((task) => endOf(task) > ts && endOf(task) <= end)
    return Math.max(...inPoll.map(cpuMs))
  })
}
