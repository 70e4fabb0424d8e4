// The main thread's own account of its work: CPU, not wall time.
import type { Page } from './harness.ts'

interface Metrics {
  readonly metrics: readonly { readonly name: string; readonly value: number }[]
}

/** Milliseconds of CPU that the main thread of a page has spent in tasks, since some moment. */
export async function mainThreadMs(page: Page): Promise<number> {
  // A page that has been loaded anew has forgotten it; to say it twice changes nothing.
  await page.send('Performance.enable', { timeDomain: 'threadTicks' })
  const { metrics } = await page.send<Metrics>('Performance.getMetrics')
  const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value
  if (seconds === undefined) throw new Error('Chromium tells no TaskDuration')
  return seconds * 1000
}
