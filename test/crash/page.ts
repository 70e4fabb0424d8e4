// What runs in the page: each function is sent there as text (`tab.call`), and stands on its arguments alone.
import type { ExporterOptions, PageItem, WebRTCExporter } from '../../src/index.ts'

/** What the page has on its window. */
export interface CrashPage {
  readonly WebRTCExporter: typeof WebRTCExporter
  exporter: WebRTCExporter
  /** Ends what makes items. */
  stop: () => void
  /** Marks that the app has made. */
  made: number
  /** Of them, those that the worker has given back. */
  reached: number
  /** When the last one came. Wall clock, ms. */
  reachedAt: number
  /** The binding of `tab.onBinding`, where there is one. */
  crashReached?: (text: string) => void
}

/** An item that the worker has given back, as the binding tells of it. */
export type ReachedText = readonly [isWorkers: boolean, event: string, seq: number]

/** How a page makes items. */
export interface Marks {
  readonly name: string
  /** At once, each time. */
  readonly chunk: number
  readonly everyMs: number
  /** In all. */
  readonly most: number
}

/** Makes an exporter, and then the app's marks at a steady rate. */
export function startPage(options: ExporterOptions, marks: Marks): void {
  const page = window as unknown as CrashPage
  page.made = 0
  page.reached = 0
  page.reachedAt = 0
  page.exporter = new page.WebRTCExporter(options)
  page.exporter.on('timeline', ({ event, tag, seq }: PageItem) => {
    const isWorkers = tag === 'summary' || (event === 'dropped' && tag === 'exporter')
    const told: ReachedText = [isWorkers, event, seq]
    page.crashReached?.(JSON.stringify(told))
    if (event !== marks.name) return
    page.reached++
    page.reachedAt = Date.now()
  })
  const timer = setInterval(() => {
    for (let n = 0; n < marks.chunk && page.made < marks.most; n++) {
      page.exporter.addEvent(marks.name, { n: page.made++ })
    }
  }, marks.everyMs)
  page.stop = () => clearInterval(timer)
}

export function addMark(name: string): void {
  const page = window as unknown as CrashPage
  page.exporter.addEvent(name)
}

export function countMarks(): Pick<CrashPage, 'made' | 'reached' | 'reachedAt'> {
  const { made, reached, reachedAt } = window as unknown as CrashPage
  return { made, reached, reachedAt }
}

/** Makes no more marks. Returns how many it made. */
export function stopMarks(): number {
  const page = window as unknown as CrashPage
  page.stop()
  return page.made
}

export async function flushPage(): Promise<void> {
  const page = window as unknown as CrashPage
  await page.exporter.flush()
}

/** Resolves when all that was captured is stored. */
export async function storedPage(): Promise<void> {
  const page = window as unknown as CrashPage
  await page.exporter.queue
}

export async function destroyPage(): Promise<void> {
  const page = window as unknown as CrashPage
  page.stop()
  await page.exporter.destroy()
}
