// What Chromium writes down of a page while something happens in it.
import type { Browser } from '../crash/cdp.ts'
import { poll } from '../crash/wait.ts'
import type { Page } from './harness.ts'

export interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds, as both that follow. */
  readonly ts: number
  readonly dur?: number
  /** CPU of its thread; absent where the system does not tell. */
  readonly tdur?: number
  readonly args: { readonly data?: { readonly url?: string } }
}

export const cpuMs = ({ tdur, dur = 0 }: TraceEvent): number => (tdur ?? dur) / 1000

const LIMIT_MS = 30_000

export async function trace(
  browser: Browser,
  { tab }: Page,
  includedCategories: readonly string[],
  work: () => Promise<void>,
): Promise<TraceEvent[]> {
  const events: TraceEvent[] = []
  let isComplete = false
  const forget = browser.on(({ method, params, sessionId }) => {
    if (sessionId !== tab.sessionId) return
    if (method === 'Tracing.tracingComplete') isComplete = true
    if (method === 'Tracing.dataCollected') events.push(...(params['value'] as TraceEvent[]))
  })
  const how = { transferMode: 'ReportEvents', traceConfig: { includedCategories } }
  await browser.send('Tracing.start', how, tab.sessionId)
  await work()
  await browser.send('Tracing.end', {}, tab.sessionId)
  await poll('the trace', LIMIT_MS, () => isComplete, Boolean, 50)
  forget()
  return events
}
