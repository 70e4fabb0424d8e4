// A real Prometheus, out of Debian's packages, reads what the collector exposes.
import { afterEach, expect, test } from 'vitest'
import { batchOf, itemOf } from './batches.ts'
import { startPrometheus } from './prometheus-server.ts'
import type { PrometheusServer } from './prometheus-server.ts'
import { pollOf, post, start, stopAll, talkOf } from './scraping.ts'

/** The first time the package is to be had. */
const LIMIT_MS = 180_000

let prometheus: PrometheusServer | undefined

afterEach(async () => {
  await prometheus?.close()
  await stopAll()
})

test(
  'a query gives what was put in: polls below a bound, a quantile, paths, failures, the scrape itself',
  async () => {
    const collector = await start()
    // Ten polls from 10 to 100 ms round trip, and one over a relay.
    const polls = Array.from({ length: 10 }, (_, seq) => talkOf(seq, { rttMs: 10 * (seq + 1) }))
    const relayed = pollOf(10, { selectedPair: { id: 'CP', path: 'turn-udp', rttMs: 80 } })
    const failed = itemOf(11, { data: { state: 'failed' } })
    await post(collector, batchOf([...polls, relayed, failed]))
    prometheus = await startPrometheus(new URL('/metrics', collector.url))
    const { query } = prometheus
    const valueOf = async (expression: string): Promise<number | undefined> =>
      (await query(expression))[0]?.value
    const accepted = 'webrtc_stats_collector_items_total{outcome="accepted"}'
    await expect.poll(() => valueOf(accepted), { timeout: 30_000, interval: 100 }).toBe(12)

    const heard = 'kind="audio",direction="inbound"'
    const rtt = 'webrtc_round_trip_time_seconds'
    expect(await valueOf(`up{job="webrtc-stats"}`)).toBe(1)
    expect(await valueOf(`${rtt}_bucket{le="0.05",${heard}}`)).toBe(5)
    expect(await valueOf(`${rtt}_sum{${heard}} / ${rtt}_count{${heard}}`)).toBeCloseTo(0.055)
    const median = await valueOf(`histogram_quantile(0.5, ${rtt}_bucket{${heard}})`)
    expect(median).toBeCloseTo(0.05)
    const paths = await query('webrtc_path_round_trip_time_seconds_count > 0')
    expect(paths.map(({ metric, value }) => [metric['path'], value])).toEqual([['turn-udp', 1]])
    expect(await valueOf('webrtc_connection_state_changes_total{state="failed"}')).toBe(1)
  },
  LIMIT_MS,
)
