// A recorded call through the real pipeline: the items that an exporter would send of it.
import type { CapturedEvent, CapturedReport } from '../src/protocol.ts'
import type { Item } from '../src/wire.ts'
import { createIntake } from '../workers/intake.ts'
import type { Detail } from '../workers/detail.ts'
import type { Copies } from '../workers/item.ts'
import { createOwnItems } from '../workers/own-items.ts'
import { createPipeline } from '../workers/pipeline.ts'
import { createSummary } from '../workers/summary.ts'
import { createFakeClock } from './fake-clock.ts'
import type { Series } from './record/series.ts'

const POLL_MS = 1000
const NO_COPIES: Copies = { rawStats: false, statsObject: false }

/** One page that has all connections of the recording, each from its first poll on; the peer has the connection's name. */
export function exportedItems(series: Series, detail: Detail, copies = NO_COPIES): Item[] {
  const items: Item[] = []
  const clock = createFakeClock()
  const nextItem = createOwnItems(clock, () => POLL_MS)
  const pipeline = createPipeline({
    ...{ producer: 'page', intervalMs: () => POLL_MS, intake: createIntake(), redactor: null },
    ...{ summary: createSummary({ clock, nextItem, take: () => {} }), detail, copies },
    raise: () => {},
    keep: ({ json }) => items.push(JSON.parse(new TextDecoder().decode(json)) as Item),
  })
  const polls = series.peerConnections
    .flatMap(({ pcId, polls: read }) => read.map((poll) => ({ pcId, ...poll })))
    .toSorted((one, other) => one.t - other.t)
  const added = new Set<string>()
  let seq = 0
  for (const { pcId, t, wall, report } of polls) {
    const subject = { peerId: `peer of ${pcId}`, peerName: pcId, pcId, timestamp: Math.floor(wall) }
    if (!added.has(pcId)) {
      added.add(pcId)
      const event: CapturedEvent = {
        ...{ ...subject, seq: seq++, event: 'peerAdded', tag: 'peer' },
        data: { connectionState: 'new', iceConnectionState: 'new', signalingState: 'stable' },
      }
      pipeline.takeEvent(event)
    }
    const captured: CapturedReport = {
      ...subject,
      ...{ seq: seq++, clock: t, read: 'full', stats: report },
    }
    pipeline.takeReports([captured], true)
  }
  return items
}
