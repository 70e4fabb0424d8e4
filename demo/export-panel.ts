// The way of the items: captured, waiting, acked, and what the collector said last.
import type { QueueState } from '../src/index.ts'
import { find, say } from './dom.ts'
import { showTime } from './format.ts'
import { createPlot, WINDOW_SEC } from './plots.ts'

export interface ExportPanel {
  begin(sessionId: string): void
  captured(): void
  /** Items that are not acked, and where they lie. */
  waiting(depth: number, mode: QueueState['mode']): void
  /** Of any session: items an earlier call left behind are delivered too, and not counted here. */
  acked(sessionId: string, count: number): void
  failed(message: string): void
  /** Once a second: one more point of the plot. */
  tick(timeSec: number): void
}

/** What waits for the next batch while all is well: less than a batch. The plot's scale reaches this far at least. */
const USUALLY_WAITING = 20

export function createExportPanel(): ExportPanel {
  const text = (id: string): HTMLElement => find(document, `#${id}`, HTMLElement)
  const plot = createPlot(text('waiting-plot'), {
    color: '--waiting',
    least: () => USUALLY_WAITING,
    label: String,
  })
  let session = ''
  let counts = { captured: 0, waiting: 0, acked: 0, batches: 0, errors: 0 }
  let times: number[] = []
  let depths: number[] = []

  const render = (): void => {
    say(text('captured'), String(counts.captured))
    say(text('waiting'), String(counts.waiting))
    text('waiting').dataset['tone'] = counts.waiting > USUALLY_WAITING ? 'wait' : ''
    say(text('acked'), String(counts.acked))
    say(text('batches'), String(counts.batches))
    say(text('errors'), String(counts.errors))
    text('errors').dataset['tone'] = counts.errors > 0 ? 'bad' : 'calm'
  }
  const answer = (words: string): void =>
    say(text('last-answer'), `${words}, ${showTime(new Date())}`)

  return {
    begin(sessionId) {
      session = sessionId
      counts = { captured: 0, waiting: 0, acked: 0, batches: 0, errors: 0 }
      times = []
      depths = []
      say(text('last-answer'), 'none yet')
      say(text('export-state'), '')
      render()
    },
    captured() {
      counts.captured += 1
      render()
    },
    waiting(depth, mode) {
      counts.waiting = depth
      if (mode === 'memory') say(text('export-state'), 'The disk fails: what waits is in memory.')
      render()
    },
    acked(sessionId, count) {
      if (sessionId === session) {
        counts.acked += count
        counts.batches += 1
        answer(`${count} acked`)
        say(text('export-state'), '')
      }
      render()
    },
    failed(message) {
      counts.errors += 1
      answer('failed')
      say(text('export-state'), `The items stay stored and are tried again. ${message}`)
      render()
    },
    tick(timeSec) {
      times.push(timeSec)
      depths.push(counts.waiting)
      while ((times[0] ?? timeSec) < timeSec - WINDOW_SEC - 1) {
        times.shift()
        depths.shift()
      }
      plot.draw(times, depths)
    },
  }
}
