// `npm run replay` of what was downloaded from a collector.
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RunningCollector } from '../collector/src/serve.ts'
import type { Item, StatsData } from '../src/wire.ts'
import { normalize } from '../workers/normalize.ts'
import { batchOf, itemOf } from './batches.ts'
import { stat } from './deriving.ts'
import { download, putAll, startEmpty } from './downloading.ts'
import { exportedItems } from './exported-call.ts'
import { readRecording as readSeries } from './recordings.ts'
import { feed } from './replay/feed.ts'
import { linesOf } from './replay/lines.ts'
import type { MetricsLine } from './replay/lines.ts'
import { readRecording } from './replay/read.ts'

let collector: RunningCollector

beforeEach(async () => {
  collector = await startEmpty()
})

afterEach(async () => collector.close())

async function downloaded(
  items: readonly Item[],
  producers: readonly string[] = ['p'],
): Promise<Uint8Array> {
  for (const producer of producers) {
    for (let at = 0; at < items.length; at += 20) {
      await putAll(collector, [batchOf(items.slice(at, at + 20), { producer })])
    }
  }
  const file = await download(collector, 's', '/items.jsonl')
  return new Uint8Array(await file.arrayBuffer())
}

const metricsIn = (items: readonly Item[], pcId: string): unknown[] =>
  items.flatMap((item) =>
    item.tag === 'stats' && item.pcId === pcId ? (item.data as StatsData).metrics : [],
  )

it.each([
  ['chromium', 'report', ['a']],
  ['firefox', 'report', ['a']],
  ['firefox67.synthetic', 'report', ['a', 'b']],
  ['safari17.synthetic', 'full', ['a', 'b']],
] as const)(
  'the metrics of %s, detail %s, of %j, are those that the items carry',
  async (name, detail, producers) => {
    const items = exportedItems(readSeries(name), detail)
    const replayed = feed(readRecording(await downloaded(items, producers)))
    for (const pcId of new Set(items.flatMap((item) => item.pcId ?? []))) {
      const expected = metricsIn(items, pcId)
      expect(expected.length).toBeGreaterThan(1)
      for (const producer of producers) {
        expect(metricsIn(replayed, `${producer}/${pcId}`)).toEqual(expected)
      }
    }
  },
)

/** One stream, read at these times with this interval in force. */
function polls(...times: readonly (readonly [number, number])[]): Item[] {
  return times.map(([at, interval], seq) => {
    const stats = [stat('outbound-rtp', at, { kind: 'video', bytesSent: 1000 * seq }, 'out')]
    const data = { ...normalize(stats), metrics: {} }
    const timestamp = new Date(Date.UTC(2026, 2, 1) + at).toISOString()
    return itemOf(seq, { event: 'stats', tag: 'stats', timestamp, interval, data })
  })
}

it('a poll is compared by the interval that was in force', async () => {
  const items = polls([0, 10_000], [20_000, 1000], [21_000, 1000], [22_000, 1000], [23_000, 1000])
  const lines = linesOf(feed(readRecording(gzipSync(await downloaded(items)))), false)
  expect(lines[0]).toMatchObject({ pcId: 'p/pc0', poll: 1 })
  expect((lines[0] as MetricsLine).metrics).toEqual({ intervalSec: 20, bitrate: 400 })
})

it('a partial poll is none, and has no part in the next', async () => {
  const [first, second, third] = polls([0, 1000], [1000, 1000], [2000, 1000]) as [Item, Item, Item]
  const partial = { ...second, partial: true as const, data: { metrics: {} } }
  const lines = linesOf(feed(readRecording(await downloaded([first, partial, third]))), false)
  expect(lines).toMatchObject([{ poll: 1, metrics: { intervalSec: 2, bitrate: 8000 } }])
})

it('states are those of the connection, from when it was added', async () => {
  const timestamp = new Date(Date.UTC(2026, 2, 1)).toISOString()
  const states = { signalingState: 'stable', connectionState: 'connected' }
  const items = [
    itemOf(0, { event: 'peerAdded', tag: 'peer', timestamp, data: states }),
    itemOf(1, { event: 'signalingStateChange', timestamp, data: { state: 'have-local-offer' } }),
    itemOf(2, { event: 'online', tag: 'network', peerId: null, pcId: null, timestamp, data: null }),
  ]
  const replayed = feed(readRecording(await downloaded(items)))
  expect(replayed.map(({ event, data, pcId }) => [event, data, pcId])).toEqual([
    ['peerAdded', states, 'p/pc0'],
    ['signalingStateChange', { state: 'have-local-offer' }, 'p/pc0'],
  ])
})

it('of metrics alone there is nothing to replay, and it says so', async () => {
  const items = exportedItems(readSeries('safari17.synthetic'), 'metrics')
  const file = await downloaded(items)
  expect(() => readRecording(file)).toThrow(
    "the file: its polls have metrics alone (detail: 'metrics'), and no report to derive them of",
  )
})

it('a line that is wrong is named', async () => {
  const lines = new TextDecoder()
    .decode(await downloaded(polls([0, 1000], [1000, 1000])))
    .split('\n')
  const read = (...changed: string[]) => readRecording(new TextEncoder().encode(changed.join('\n')))
  const [one = '', two = ''] = lines
  expect(() => read(one, two.slice(0, -9))).toThrow('line 2: expected JSON, got something else')
  expect(() => read(one, '', two.replace(/"timestamp":"[^"]*"/, '"timestamp":"noon"'))).toThrow(
    'line 3.timestamp: expected a time in ms, got NaN',
  )
})
