// The way of the items: captured, waiting, acked, and what the collector said last.
import { Card } from '../collector/page/ui/card.tsx'
import { Facts } from '../collector/page/ui/facts.tsx'
import { Figure } from '../collector/page/ui/figure.tsx'
import { TimePlot } from '../collector/page/ui/time-plot.tsx'
import { windowOf } from './samples.ts'
import type { ExportState } from './state.ts'
import './export-card.css'

/** What waits for the next batch while all is well: less than a batch. The plot's scale reaches this far at least. */
const USUALLY_WAITING = 20

const PLOT = {
  label: 'Items waiting, last minute',
  series: [{ label: 'Waiting', color: '--waiting', show: String, isFilled: true }],
  leastTop: USUALLY_WAITING,
  axis: String,
  viewOf: windowOf,
  isStill: true,
} as const

export function ExportCard({ export: exported }: { readonly export: ExportState }) {
  const { captured, waiting, acked, batches, errors, lastAnswer, note, depths } = exported
  const { times, values } = depths
  return (
    <Card title="Export" class="export">
      <ol class="pipeline">
        <li>
          <Figure id="captured" value={captured} label="captured" />
        </li>
        <li>
          <Figure
            id="waiting"
            value={waiting}
            label="waiting"
            tone={waiting > USUALLY_WAITING ? 'wait' : undefined}
          />
        </li>
        <li>
          <Figure id="acked" value={acked} label="acked" />
        </li>
      </ol>
      <TimePlot options={PLOT} data={{ times, values: [values.depth] }} version={times} />
      <Facts
        facts={[
          { name: 'Batches acked', value: batches, id: 'batches' },
          { name: 'Last answer', value: lastAnswer, id: 'last-answer' },
          { name: 'Errors', value: errors, id: 'errors', tone: errors > 0 ? 'bad' : 'calm' },
        ]}
      />
      <p id="export-state" class="export-note" role="status">
        {note}
      </p>
    </Card>
  )
}
