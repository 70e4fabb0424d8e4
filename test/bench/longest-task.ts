// The longest task of the main thread for a poll, on a processor that is six times as slow.
import { poll } from '../crash/wait.ts'
import { median } from './figures.ts'
import type { Browser } from '../crash/cdp.ts'
import type { Page } from './harness.ts'
import type { Reading } from './reading.ts'

const POLLS = 40
const WARM_UP_POLLS = 5
const THROTTLE = 6
const MOST_MEDIAN_MS = 16
const MOST_MS = 50
const TRACE_LIMIT_MS = 30_000

export async function readLongestTask(browser: Browser, near: Page): Promise<Reading[]> {
  await near.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE })
  await near.ask('start', 'ours')
  await near.ask('poll', WARM_UP_POLLS)
  await near.ask('mark')
  const events = await trace(browser, near, () => near.ask('poll', POLLS))
  await near.ask('stop')
  await near.send('Emulation.setCPUThrottlingRate', { rate: 1 })

  const longest = longestOfEach(events, await near.tab.rendererPid())
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

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds, as `dur`. */
  readonly ts: number
  readonly dur?: number
}

/** All of the time from one call of `getStats()` to the next is of that poll. */
function longestOfEach(events: readonly TraceEvent[], pid: number): number[] {
  const own = events.filter((event) => event.pid === pid)
  const marks = own.filter(({ name }) => name === 'getStats').toSorted((a, b) => a.ts - b.ts)
  const tid = marks[0]?.tid
  const tasks = own.filter((event) => event.tid === tid && event.name === 'RunTask')
  return marks.map(({ ts }, index) => {
    const end = marks[index + 1]?.ts ?? Infinity
    // The task that calls has begun before.
    const inPoll = tasks.filter((task) => task.ts < end && task.ts + (task.dur ?? 0) > ts)
    const isOfNext = (task: TraceEvent): boolean => task.ts + (task.dur ?? 0) > end
    return Math.max(...inPoll.filter((task) => !isOfNext(task)).map(({ dur = 0 }) => dur)) / 1000
  })
}

async function trace(
  browser: Browser,
  { tab }: Page,
  work: () => Promise<void>,
): Promise<TraceEvent[]> {
  const events: TraceEvent[] = []
  let isComplete = false
  const forget = browser.on(({ method, params, sessionId }) => {
    if (sessionId !== tab.sessionId) return
    if (method === 'Tracing.tracingComplete') isComplete = true
    if (method === 'Tracing.dataCollected') events.push(...(params['value'] as TraceEvent[]))
  })
  const includedCategories = ['disabled-by-default-devtools.timeline', 'blink.user_timing']
  const how = { transferMode: 'ReportEvents', traceConfig: { includedCategories } }
  await browser.send('Tracing.start', how, tab.sessionId)
  await work()
  await browser.send('Tracing.end', {}, tab.sessionId)
  await poll('the trace', TRACE_LIMIT_MS, () => isComplete, Boolean, 50)
  forget()
  return events
}
