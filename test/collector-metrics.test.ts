// GET /metrics: what a collector counts of what it takes, as an independent reader of the format finds it.
import { afterEach, describe, expect, test } from 'vitest'
import type { Log } from '../collector/src/log.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import type { Item } from '../src/wire.ts'
import { batchOf, itemOf, NOW } from './batches.ts'
import { readExposition } from './exposition.ts'
import { createFakeClock } from './fake-clock.ts'
import { post, scrape, start, stopAll } from './scraping.ts'
import { dial } from './socket-client.ts'

afterEach(stopAll)

describe('what came', () => {
  test('is counted by what became of it', async () => {
    const collector = await start({ clock: createFakeClock(Date.parse(NOW)) })
    const body = batchOf([itemOf(0), itemOf(1), { ...itemOf(2), seq: 'x' } as unknown as Item])
    await post(collector, body)
    await post(collector, body)
    const series = await scrape(collector)
    const items = ['accepted', 'duplicate', 'rejected'].map((outcome) =>
      series.get(`webrtc_stats_collector_items_total{outcome="${outcome}"}`),
    )
    expect(items).toEqual([2, 2, 2])
    expect(series.get('webrtc_stats_collector_batches_total')).toBe(2)
    const bytes = 2 * JSON.stringify(body).length
    expect(series.get('webrtc_stats_collector_received_bytes_total')).toBe(bytes)
    expect(series.get('webrtc_stats_collector_commit_duration_seconds_count')).toBe(2)
    expect(series.get('webrtc_stats_collector_store_items')).toBe(2)
    expect(series.get('webrtc_stats_collector_rooms')).toBe(1)
  })

  test('is counted by the status where it is refused, also what is no news for the log', async () => {
    const said: unknown[] = []
    const log: Log = (entry) => said.push(entry.event === 'refused' && entry.code)
    const collector = await start({ maxRequestsPerSec: 0.2, clock: createFakeClock(), log })
    expect([await post(collector, []), await post(collector, [])]).toEqual([400, 429])
    expect(await post(collector, [])).toBe(429)
    expect(said).toEqual([400, 429])
    const series = await scrape(collector)
    expect(series.get('webrtc_stats_collector_refusals_total{code="400"}')).toBe(1)
    expect(series.get('webrtc_stats_collector_refusals_total{code="429"}')).toBe(2)
  })

  test('over a socket is counted with the rest, and the socket while it is open', async () => {
    const collector = await start()
    const client = await dial(collector.url)
    await client.greet()
    client.send(batchOf([itemOf(0)]))
    await client.next()
    const open = await scrape(collector)
    expect(open.get('webrtc_stats_collector_sockets_open')).toBe(1)
    expect(open.get('webrtc_stats_collector_batches_total')).toBe(1)
    client.ws.close()
    await client.closed
    await expect
      .poll(async () => (await scrape(collector)).get('webrtc_stats_collector_sockets_open'))
      .toBe(0)
    expect((await scrape(collector)).get('webrtc_stats_collector_held_bytes')).toBe(0)
  })

  test('has waited for so long', async () => {
    const collector = await start({ clock: createFakeClock(Date.parse(NOW) + 7_000_000) })
    await post(collector, batchOf([itemOf(0)]))
    const series = await scrape(collector)
    expect(series.get('webrtc_stats_collector_item_delay_seconds_sum')).toBe(7000)
  })
})

describe('an event', () => {
  test('is counted once, whole or not: failed connections, errors, what clients gave up', async () => {
    const collector = await start()
    const failed = { data: { state: 'failed' } }
    const error = { event: 'iceCandidateError', tag: 'ice' } as const
    const dropped = { event: 'dropped', data: { reason: 'evicted', count: 12 } }
    const events = [
      itemOf(0, { ...failed, partial: true }),
      itemOf(1, error),
      itemOf(2, { ...dropped, tag: 'exporter' }),
      // An app's own.
      itemOf(3, { ...dropped, tag: 'application' }),
    ]
    await post(collector, batchOf(events))
    await post(collector, batchOf([itemOf(0, failed)]))
    const series = await scrape(collector)
    expect(series.get('webrtc_connection_state_changes_total{state="failed"}')).toBe(1)
    expect(series.get('webrtc_events_total{event="iceCandidateError"}')).toBe(1)
    expect(series.get('webrtc_dropped_items_total{reason="evicted"}')).toBe(12)
    expect(series.get('webrtc_stats_collector_kept_items_total{tag="application"}')).toBe(1)
  })
})

describe('the answer', () => {
  test('is what Prometheus reads, of now, and what no website reads', async () => {
    const { url } = await start()
    const { headers } = await fetch(`${url}/metrics`, { headers: { origin: 'https://a.example' } })
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('access-control-allow-origin')).toBe(null)
  })

  test('is of one collector, of the others in the process there is nothing in it', async () => {
    const [one, other] = [await start(), await start()]
    await post(one, batchOf([itemOf(0)]))
    const name = 'webrtc_stats_collector_batches_total'
    expect([(await scrape(one)).get(name), (await scrape(other)).get(name)]).toEqual([1, 0])
  })

  test('goes on without the numbers of a store that fails', async () => {
    const store = await openStore(':memory:')
    Object.assign(store, { totals: () => Promise.reject(new Error('disk full')) })
    const series = await scrape(await start({ store }))
    expect(series.has('webrtc_stats_collector_store_items')).toBe(false)
    expect(series.get('webrtc_stats_collector_batches_total')).toBe(0)
  })

  test('has a sentence and a type for every family, and counters that end with _total', async () => {
    const { url } = await start()
    const { families } = readExposition(await (await fetch(`${url}/metrics`)).text())
    for (const { name, type, help } of families) {
      expect([name, help]).toEqual([name, expect.stringMatching(/^[A-Z].+\.$/)])
      expect([name, type === 'counter']).toEqual([name, name.endsWith('_total')])
      expect(name).toMatch(/^(webrtc|process|nodejs)_[a-z_]+$/)
    }
  })
})
