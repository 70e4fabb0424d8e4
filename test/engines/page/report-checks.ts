// What a report becomes: batches, groups, metrics, copies, pseudonyms.
import type { PageItem, StatMetrics, StatsData, StatsItem } from '../../../src/index.ts'
import { batchSchema } from '../../../src/schema.ts'
import { equal, given, isTrue } from './assert.ts'
import { hasStats, of, until } from '../../run.ts'
import { collect } from './scene.ts'
import type { Check } from './scene.ts'
import { leaks, secretsOf } from './secrets.ts'

/** What every browser's report of a live call has. */
const GROUPS = [
  'candidatePair',
  'localCandidate',
  'remoteCandidate',
  'codec',
  'mediaSources',
] as const

const countOf = ({ length }: readonly unknown[]): number => length

export const REPORT_CHECKS: readonly Check[] = [
  {
    name: 'a batch is what the wire says, and nothing of it was given up',
    async run(scene) {
      const call = scene.startCall()
      const exporter = scene.startExporter({ sessionName: 'Daily' })
      await call.connect()
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      await until(scene.run.ledger, hasStats(3, 'alice'))
      const bodies = await scene.run.bodies()
      for (const body of bodies) {
        equal(batchSchema.safeParse(body).error?.issues ?? [], [], 'what the schema says')
        equal(body.dropped, {}, 'what was dropped')
      }
      const { client, sessionName } = given(bodies[0], 'a batch')
      equal([sessionName, client.userAgent], ['Daily', navigator.userAgent], 'who sends')
    },
  },
  {
    name: 'the metrics of a live stream are there from its second report on, and finite',
    async run(scene) {
      const call = scene.startCall()
      const exporter = scene.startExporter({ getStatsInterval: 500 })
      await call.connect()
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      const ledger = await until(scene.run.ledger, hasStats(5, 'alice'))
      const data = of(ledger, 'alice', 'stats')[4]?.data as Required<StatsData>
      for (const kind of ['audio', 'video'] as const) {
        const metricsOf = (direction: 'inbound' | 'outbound'): StatMetrics =>
          data.metrics[given(data[kind][direction][0], `${kind} ${direction}`).id] ?? {}
        const inbound = metricsOf('inbound')
        isTrue((inbound.bitrate ?? 0) > 0, `${kind}: bits come in`, inbound)
        isTrue((inbound.packetRate ?? 0) > 0, `${kind}: packets come in`, inbound)
        equal(typeof inbound.lossPct, 'number', `${kind}: the type of lossPct`)
        isTrue((metricsOf('outbound').bitrate ?? 0) > 0, `${kind}: bits go out`)
      }
      const rtts = data.candidatePair.map(({ id }) => data.metrics[id]?.rttMs)
      isTrue(
        rtts.some((rtt) => Number.isFinite(rtt)),
        'a pair has a round trip time',
        rtts,
      )
      const numbers = Object.values(data.metrics).flatMap((metrics) => Object.values(metrics))
      isTrue(
        numbers.every((value) => typeof value !== 'number' || Number.isFinite(value)),
        'finite',
      )
    },
  },
  {
    name: 'every stat of the report stands on the wire with its id, type and time, and the groups have theirs',
    async run(scene) {
      const call = scene.startCall()
      const exporter = scene.startExporter({ rawStats: true })
      await call.connect()
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      const ledger = await until(scene.run.ledger, hasStats(3, 'alice'))
      const { data, rawStats } = given(of(ledger, 'alice', 'stats')[2], 'a third item')
      const grouped = Object.values((data as Required<StatsData>).raw).flat()
      const all = given(rawStats, 'rawStats')
      equal(grouped.map(({ id }) => id).sort(), all.map(({ id }) => id).sort(), 'the ids in raw')
      for (const { id, type, timestamp } of all) {
        isTrue(id !== '' && type !== '' && Number.isFinite(timestamp), 'it has all three', id)
      }
      const { audio, video, ...groups } = data as Required<StatsData>
      const streams = [audio.inbound, audio.outbound, video.inbound, video.outbound]
      equal(streams.map(countOf), [1, 1, 1, 1], 'streams by kind and direction')
      for (const name of GROUPS) isTrue(groups[name].length > 0, `${name} has stats`)
    },
  },
  {
    name: 'rawStats is a Map on the page, and an array on the wire',
    async run(scene) {
      const call = scene.startCall()
      const exporter = scene.startExporter({ rawStats: true, statsObject: true })
      const items = collect<StatsItem>((listener) => exporter.on('stats', listener))
      await call.connect()
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      const [item] = await until(
        () => items,
        ({ length }) => length > 0,
      )
      isTrue(item?.rawStats instanceof Map, 'it is a Map')
      const ids = [...(item?.rawStats?.keys() ?? [])]
      isTrue(ids.length > 5, 'it has stats', ids)
      equal(Object.keys(item?.statsObject ?? {}).sort(), [...ids].sort(), 'the ids in statsObject')
      const ledger = await until(scene.run.ledger, hasStats(1, 'alice'))
      const [first] = of(ledger, 'alice', 'stats')
      equal(
        first?.rawStats?.map(({ id }) => id),
        ids,
        'the ids on the wire',
      )
    },
  },
  {
    name: "redact 'all': no address, ufrag or fingerprint of the call is on the wire or in the page's events",
    async run(scene) {
      const call = scene.startCall()
      const exporter = scene.startExporter({ redact: 'all', rawStats: true, statsObject: true })
      exporter.addPeer({ peerId: 'alice', peerName: 'Alice Liddell', pc: call.alice })
      const items = collect<PageItem>((listener) => exporter.on('timeline', listener))
      await call.connect()
      await until(scene.run.ledger, hasStats(3, 'alice'))
      const secrets = [...(await secretsOf(call.alice)), 'Alice Liddell']
      await exporter.flush()
      isTrue(secrets.length >= 4, 'there is something to hide', secrets)
      equal(leaks(JSON.stringify(await scene.run.bodies()), secrets), [], 'what is on the wire')
      const page = JSON.stringify(items, (_, value) => (value instanceof Map ? [...value] : value))
      equal(leaks(page, secrets), [], "what is in the page's events")
    },
  },
]
