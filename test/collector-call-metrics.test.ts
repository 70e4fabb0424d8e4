// GET /metrics: how calls are, by polls that are honest and by those that are not.
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { createMeter } from '../collector/src/metrics/meter.ts'
import type { Item } from '../src/wire.ts'
import { batchOf, itemOf } from './batches.ts'
import { readExposition } from './exposition.ts'
import { NOTHING } from './metrics-page/prometheus.ts'
import { pipe, reportOf } from './piping.ts'
import { readRecording } from './recordings.ts'
import { FACTS } from './room-items.ts'
import { pollOf, post, scrape, start, stopAll, talkOf } from './scraping.ts'

const AUDIO_IN = '{kind="audio",direction="inbound"}'
const VIDEO_IN = '{kind="video",direction="inbound"}'

afterEach(stopAll)

/** The count of polls at or below the bound. */
function atMost(series: ReadonlyMap<string, number>, name: string, way: string, le: string) {
  return series.get(`${name}_bucket{le="${le}",${way.slice(1)}`)
}

describe('a poll', () => {
  test('adds what it says to the histograms of its kind and direction, in base units', async () => {
    const collector = await start()
    const aggregate = {
      bitrate: 40_000,
      lossPct: 3,
      jitterMs: 12,
      rttMs: 250,
      mos: 3.9,
      score: 7.5,
    }
    await post(collector, batchOf([talkOf(0, aggregate)]))
    const series = await scrape(collector)
    const sums = ['bitrate_bits_per_second', 'packet_loss_ratio', 'jitter_seconds']
      .concat('round_trip_time_seconds', 'mos', 'score')
      .map((name) => series.get(`webrtc_${name}_sum${AUDIO_IN}`))
    expect(sums).toEqual([40_000, 0.03, 0.012, 0.25, 3.9, 7.5])
    expect(atMost(series, 'webrtc_packet_loss_ratio', AUDIO_IN, '0.02')).toBe(0)
    expect(atMost(series, 'webrtc_packet_loss_ratio', AUDIO_IN, '0.05')).toBe(1)
    expect(series.get(`webrtc_bitrate_bits_per_second_count${VIDEO_IN}`)).toBe(0)
  })

  test('has what its streams say was spoilt, the mean of those that say it', async () => {
    const collector = await start()
    const poll = pollOf(0, { video: { inbound: { streams: 2, fps: 29.9 } } })
    const metrics = {
      ...{ V1: { freezePct: 50 }, V2: { freezePct: 0 }, A1: { audibleConcealmentPct: 4 } },
      S1: { 'qualityLimitation.cpu': 0.75, 'qualityLimitation.bandwidth': 0 },
    }
    await post(collector, batchOf([{ ...poll, data: { ...(poll.data as object), metrics } }]))
    const series = await scrape(collector)
    const limited = 'webrtc_quality_limitation_ratio'
    const way = 'kind="video",direction="outbound"'
    expect(series.get(`webrtc_frames_per_second_sum${VIDEO_IN}`)).toBe(29.9)
    expect(series.get(`webrtc_freeze_ratio_sum${VIDEO_IN}`)).toBe(0.25)
    expect(series.get(`webrtc_freeze_ratio_count${VIDEO_IN}`)).toBe(1)
    expect(series.get(`webrtc_audible_concealment_ratio_sum${AUDIO_IN}`)).toBe(0.04)
    expect(series.get(`${limited}_sum{${way},reason="cpu"}`)).toBe(0.75)
    expect(series.get(`${limited}_count{${way},reason="bandwidth"}`)).toBe(1)
    expect(series.get(`${limited}_count{${way},reason="other"}`)).toBe(0)
  })

  test('says which kind of path its media take, and whether ICE was restarted', async () => {
    const collector = await start()
    const selectedPair = { id: 'CP', path: 'turn-tcp', rttMs: 90 }
    await post(collector, batchOf([pollOf(0, { selectedPair, iceRestart: true })]))
    const series = await scrape(collector)
    expect(series.get('webrtc_path_round_trip_time_seconds_sum{path="turn-tcp"}')).toBe(0.09)
    expect(series.get('webrtc_ice_restarts_total')).toBe(1)
  })

  test.each([
    ['that comes again', [talkOf(0, { mos: 4 }), talkOf(0, { mos: 4 })]],
    [
      'that came without `quality` before',
      [
        itemOf(0, { event: 'stats', tag: 'stats', partial: true, data: { raw: {}, metrics: {} } }),
        talkOf(0, { mos: 4 }),
      ],
    ],
    [
      'that came with `quality` before',
      [talkOf(0, { mos: 4 }, { partial: true }), talkOf(0, { mos: 4 })],
    ],
  ])('%s is counted once', async (_, [first, second]) => {
    for (const isOneCommit of [false, true]) {
      const collector = await start()
      const bodies = isOneCommit ? [[first!, second!]] : [[first!], [second!]]
      for (const items of bodies) expect(await post(collector, batchOf(items))).toBe(200)
      const series = await scrape(collector)
      expect(series.get(`webrtc_mos_count${AUDIO_IN}`)).toBe(1)
      expect(series.get('webrtc_stats_collector_kept_items_total{tag="stats"}')).toBe(1)
    }
  })
})

test.each(['chromium', 'firefox'])(
  'what is derived of a call that was recorded in %s is all plausible, and tells how it was',
  async (name) => {
    const meter = createMeter()
    const series = readRecording(name)
    for (const { pcId, polls } of series.peerConnections) {
      const { kept } = pipe(polls.map(({ t, report }) => reportOf(report, Math.round(t))))
      const items = kept().map((item) => {
        return { receivedAt: 0, sessionId: 's', producer: pcId, exportedAt: 0, facts: FACTS, item }
      })
      meter.kept({ items, replacing: new Map() })
    }
    const { series: told } = readExposition((await meter.expose(NOTHING)).text)
    expect(told.get('webrtc_stats_collector_implausible_values_total')).toBe(0)
    const measured = ['bitrate_bits_per_second', 'packet_loss_ratio', 'jitter_seconds', 'mos']
    const counts = measured.flatMap((one) =>
      [AUDIO_IN, VIDEO_IN].map((way) => told.get(`webrtc_${one}_count${way}`) ?? 0),
    )
    expect(Math.min(...counts)).toBeGreaterThan(0)
  },
)

describe('what a stranger sends', () => {
  const HOSTILE = [null, 'x', '', -1, 1e300, true, [], {}, [1], '__proto__', 'a"} 1\n\\']

  test('makes no series, whatever it calls its peers, kinds, reasons and states', async () => {
    const collector = await start()
    const before = [...(await scrape(collector)).keys()]
    const evil = 'evil"} 1\n# HELP \\'
    const names = { peerId: evil, peerName: evil, pcId: evil }
    const selectedPair = { id: evil, path: evil, rttMs: 1 }
    const items = [
      pollOf(
        0,
        { selectedPair, [evil]: { inbound: { mos: 4 } }, audio: { [evil]: { mos: 4 } } },
        names,
      ),
      pollOf(1, { audio: { inbound: { fps: 30 } } }, names),
      itemOf(2, { event: evil, tag: evil as Item['tag'], ...names }),
      itemOf(3, { data: { state: evil }, ...names }),
      itemOf(4, { event: 'dropped', tag: 'exporter', data: { reason: evil, count: 1 }, ...names }),
      itemOf(5, { event: evil, tag: 'peer', ...names }),
    ]
    const ids = { sessionId: evil, sessionName: evil, producer: evil, batchId: evil }
    const client = { ...batchOf([]).client, roomId: evil, userId: evil, keys: { [evil]: evil } }
    expect(await post(collector, batchOf(items, { ...ids, client }))).toBe(200)
    const series = await scrape(collector)
    expect([...series.keys()]).toEqual(before)
    expect(series.get('webrtc_stats_collector_kept_items_total{tag="other"}')).toBe(1)
    expect(series.get('webrtc_path_round_trip_time_seconds_count{path="other"}')).toBe(1)
    expect(series.get('webrtc_dropped_items_total{reason="other"}')).toBe(1)
    expect(series.get('webrtc_connection_state_changes_total{state="other"}')).toBe(1)
  })

  test.each(HOSTILE.map((value) => ({ value })))(
    'where a number belongs is in no histogram, but counted: $value',
    async ({ value }) => {
      const collector = await start()
      await post(collector, batchOf([talkOf(0, { bitrate: value, mos: 4 })]))
      const series = await scrape(collector)
      expect(series.get(`webrtc_bitrate_bits_per_second_count${AUDIO_IN}`)).toBe(0)
      expect(series.get('webrtc_stats_collector_implausible_values_total')).toBe(1)
      expect(series.get(`webrtc_mos_sum${AUDIO_IN}`)).toBe(4)
    },
  )

  test('never makes the meter throw, nor an answer that cannot be read', async () => {
    const meter = createMeter()
    const any = fc.jsonValue().map((value) => value as unknown)
    const side = fc.dictionary(
      fc.constantFrom('inbound', 'outbound', 'x'),
      fc.oneof(any, fc.dictionary(fc.constantFrom('bitrate', 'lossPct', 'mos', 'fps'), any)),
    )
    const data = fc.oneof(
      any,
      fc.record({
        metrics: fc.oneof(any, fc.dictionary(fc.string(), fc.record({ freezePct: any }))),
        quality: fc.oneof(
          any,
          fc.record({ audio: side, video: any, selectedPair: any, iceRestart: any }),
        ),
      }),
    )
    fc.assert(
      fc.property(
        fc.constantFrom('stats', 'connection', 'exporter', 'x'),
        fc.constantFrom('stats', 'dropped', 'connectionStateChange'),
        data,
        fc.double(),
        (tag, event, value, receivedAt) => {
          const item = { ...itemOf(0), tag, event, data: value }
          const one = {
            receivedAt,
            sessionId: 's',
            producer: 'p',
            exportedAt: 0,
            facts: FACTS,
            item,
          }
          meter.kept({ items: [one], replacing: new Map() })
        },
      ),
    )
    const { text } = await meter.expose(NOTHING)
    expect(readExposition(text).series.size).toBeGreaterThan(100)
  })
})
