// What real browsers reported: the records agree with what the exporter's own summary says of the same call.
import { describe, expect, it } from 'vitest'
import type { KeptItem } from '../collector/src/facts.ts'
import type { CapturedEvent, CapturedReport } from '../src/protocol.ts'
import type { CallSummary, DirectionSummary } from '../src/summary.ts'
import type { Item } from '../src/wire.ts'
import { createIntake } from '../workers/intake.ts'
import type { Detail } from '../workers/detail.ts'
import { createOwnItems } from '../workers/own-items.ts'
import { createPipeline } from '../workers/pipeline.ts'
import { createSummary } from '../workers/summary.ts'
import { createFakeClock } from './fake-clock.ts'
import { pollsOf, readRecording } from './recordings.ts'
import { FACTS, recordsOf } from './room-items.ts'
import { halfUp } from '../collector/src/rooms/round.ts'

const POLL_MS = 1000

/** One connection of a recording through the exporter: the items it would send, and its account of them. */
function exported(name: string, pcId: string, detail: Detail) {
  const records: Item[] = []
  const clock = createFakeClock()
  const summary = createSummary({
    clock,
    nextItem: createOwnItems(clock, () => POLL_MS),
    take: () => {},
  })
  const pipeline = createPipeline({
    ...{ producer: 'page', intervalMs: () => POLL_MS, intake: createIntake(), redactor: null },
    ...{ summary, detail, copies: { rawStats: false, statsObject: false } },
    raise: () => {},
    keep: ({ json }) => records.push(JSON.parse(new TextDecoder().decode(json)) as Item),
  })
  const subject = { peerId: 'alice', peerName: 'Alice', pcId }
  const polls = pollsOf(readRecording(name), pcId)
  const captures = polls.map(({ t, wall, report }, index): CapturedReport => {
    return {
      seq: index,
      timestamp: Math.floor(wall),
      clock: t,
      ...subject,
      read: 'full',
      stats: report,
    }
  })
  for (const captured of captures) pipeline.takeReports([captured], true)
  const end: CapturedEvent = {
    ...{ ...subject, seq: captures.length, timestamp: captures.at(-1)?.timestamp ?? 0 },
    ...{ event: 'peerRemoved', tag: 'peer', data: null },
  }
  pipeline.takeEvent(end)
  const { alice } = summary.end().peers
  return { items: records.map(keptOf), summary: alice as CallSummary }
}

const keptOf = (item: Item): KeptItem => ({
  ...{ receivedAt: Date.parse(item.timestamp), exportedAt: Date.parse(item.timestamp), item },
  ...{ sessionId: 's', producer: 'page', facts: FACTS },
})

/** As a record says it. */
const countedIn = (way: DirectionSummary | undefined) => ({
  bitrate: way?.bitrate ? halfUp(way.bitrate.mean / 1000) : null,
  packet_loss: way && way.packetsExpected > 0 ? halfUp(way.lossPct?.mean ?? null, 1) : null,
})

const CONNECTIONS = [
  'chromium',
  'firefox',
  'safari17.synthetic',
  'chrome87.synthetic',
  'firefox67.synthetic',
].flatMap((name) => readRecording(name).peerConnections.map(({ pcId }) => [name, pcId] as const))

describe.each(CONNECTIONS)('%s, connection %s', (name, pcId) => {
  const { items, summary } = exported(name, pcId, 'full')
  const [record] = recordsOf(items)
  const stats = record?.peers[0]?.stats

  it.each(['audio', 'video'] as const)(
    'bytes and packets of %s are those of the summary',
    (kind) => {
      expect(stats?.[kind]).toMatchObject({
        send: countedIn(summary[kind].outbound),
        recv: countedIn(summary[kind].inbound),
      })
    },
  )

  it('metrics alone give what the reports give, but for the last digit', () => {
    const [ofMetrics] = recordsOf(exported(name, pcId, 'metrics').items)
    const [some, all] = [ofMetrics?.peers[0]?.stats, stats].map(numbersIn)
    expect(some?.map(([path]) => path)).toEqual(all?.map(([path]) => path))
    const apart = all?.filter(
      ([, value], index) => Math.abs(value - (some?.[index]?.[1] ?? NaN)) > 2,
    )
    expect(apart).toEqual([])
  })
})

/** Every number in it, by its path. */
function numbersIn(value: unknown): [string, number][] {
  if (typeof value === 'number') return [['', value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) =>
    numbersIn(member).map(([path, number]): [string, number] => [`${key}.${path}`, number]),
  )
}
