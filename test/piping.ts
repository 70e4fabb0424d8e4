// Captures through the real pipeline, and the items that come out of it.
import type { CapturedEvent, CapturedReport } from '../src/protocol.ts'
import type { Stat } from '../src/stats.ts'
import type { Item, StatsData } from '../src/wire.ts'
import { createIntake } from '../workers/intake.ts'
import type { ItemRecord } from '../workers/item.ts'
import { createOwnItems } from '../workers/own-items.ts'
import { createPipeline } from '../workers/pipeline.ts'
import type { Stages } from '../workers/pipeline.ts'
import { createSummary } from '../workers/summary.ts'
import { POLL_MS } from './deriving.ts'
import { createFakeClock } from './fake-clock.ts'

interface Piped {
  /** As whoever listens has them. */
  readonly raised: readonly Item<StatsData>[]
  /** As they go to the disk. */
  kept(): readonly Item<StatsData>[]
}

export const reportOf = (
  stats: readonly Stat[],
  timestamp = 0,
  read: CapturedReport['read'] = 'full',
): CapturedReport => ({
  ...{ seq: 0, timestamp, clock: timestamp, peerId: 'alice', peerName: 'Alice', pcId: 'pc1' },
  ...{ read, stats },
})

export const eventOf = (timestamp: number, event: string, data: unknown): CapturedEvent => ({
  ...{ seq: 0, timestamp, peerId: 'alice', peerName: 'Alice', pcId: 'pc1' },
  ...{ event, tag: 'connection', data },
})

/** All of one connection. */
export function pipe(
  captures: readonly (CapturedReport | CapturedEvent)[],
  options: Partial<Pick<Stages, 'detail' | 'redactor' | 'copies' | 'intervalMs'>> = {},
  onTaken: () => void = () => {},
): Piped {
  const raised: Item<StatsData>[] = []
  const records: ItemRecord[] = []
  const clock = createFakeClock()
  const pipeline = createPipeline({
    ...{ producer: 'p', intervalMs: () => POLL_MS, intake: createIntake(), redactor: null },
    summary: createSummary({
      clock,
      nextItem: createOwnItems(clock, () => POLL_MS),
      take: () => {},
    }),
    ...{ detail: 'full', copies: { rawStats: false, statsObject: false } },
    raise: (item) => raised.push(item as Item<StatsData>),
    keep: (record) => records.push(record),
    ...options,
  })
  for (const captured of captures) {
    if ('stats' in captured) pipeline.takeReports([captured], true)
    else pipeline.takeEvent(captured)
    onTaken()
  }
  const decoder = new TextDecoder()
  const kept = () => records.map(({ json }) => JSON.parse(decoder.decode(json)) as Item<StatsData>)
  return { raised, kept }
}
