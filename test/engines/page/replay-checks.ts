// A synthetic Safari report: what that browser leaves out is absent, and what is there gives the numbers it should.
import type { Stat, StatsData, StatsItem } from '../../../src/index.ts'
import { equal, given, isTrue, near } from './assert.ts'
import { reportAt } from './replay.ts'
import { hasStats, of, until } from '../../run.ts'
import { collect } from './scene.ts'
import type { Check, Scene } from './scene.ts'
import { leaks, secretsOf } from './secrets.ts'

/** The first items of the replayed call. */
async function replay(scene: Scene, count: number): Promise<Required<StatsData>[]> {
  const call = scene.startReplayedCall()
  const exporter = scene.startExporter()
  const items = collect<StatsItem>((listener) => exporter.on('stats', listener))
  exporter.addPeer({ peerId: 'safari', pc: call.alice })
  await call.connect()
  await until(
    () => items,
    ({ length }) => length >= count,
  )
  return items.map(({ data }) => data as Required<StatsData>)
}

export const REPLAY_CHECKS: readonly Check[] = [
  {
    name: 'a replayed Safari report arrives once each, every stat in its group',
    async run(scene) {
      const call = scene.startReplayedCall()
      const exporter = scene.startExporter()
      exporter.addPeer({ peerId: 'safari', pc: call.alice })
      await call.connect()
      const ledger = await until(scene.run.ledger, hasStats(6, 'safari'))
      equal([ledger.missing, ledger.doubled], [[], []], 'missing and doubled')
      const data = of(ledger, 'safari', 'stats').map((item) => item.data as Required<StatsData>)
      for (const [index, { raw }] of data.entries()) {
        const ids = reportAt(index).map(({ id }) => id)
        const grouped = Object.values(raw).flat()
        equal(grouped.map(({ id }) => id).sort(), [...ids].sort(), `the ids of report ${index}`)
      }
      const { audio, video, remote, mediaSources } = given(data[0], 'a first report')
      const lists = [audio.inbound, audio.outbound, video.inbound, video.outbound]
      equal([...lists, remote.inbound, mediaSources].map(countOf), [1, 1, 1, 1, 2, 2], 'the groups')
    },
  },
  {
    name: 'replayed: bitrate, loss and round trip time are what the reports say, by hand',
    async run(scene) {
      const [, second, third] = await replay(scene, 3)
      // Video in, report 1 to 2: 125,000 bytes in 1.000 s; 3 packets lost of 97 received and 3 lost.
      const video = given(second?.metrics['IT01V3002'], 'metrics of the incoming video')
      near(video.bitrate, 1_000_000, 'bitrate')
      near(video.lossPct, 3, 'lossPct')
      // The pair, report 2 to 3: 2 answers took 0.060 s together; the last one 0.028 s.
      const pair = given(third?.metrics['CPrelay_peer'], 'metrics of the pair')
      near(pair.rttAvgMs, 30, 'rttAvgMs')
      near(pair.rttMs, 28, 'rttMs')
      // Audio out, as the far end reports it: nothing lost of 50 packets sent.
      const remote = given(third?.metrics['RIA1001'], 'metrics of the far end')
      equal([remote.lossPct, remote.lossBasis], [0, 'packetsSent'], 'the loss at the far end')
    },
  },
  {
    name: 'replayed: what Safari leaves out is absent, never 0',
    async run(scene) {
      const [first, second] = await replay(scene, 2)
      equal(first?.metrics['IT01V3002']?.bitrate ?? null, null, 'a bitrate of the first report')
      const remote = given(second?.metrics['RIA1001'], 'metrics of the far end')
      const absent = ['fractionLostPct', 'rttAvgMs'].filter((name) => name in remote)
      equal(absent, [], 'metrics of members that are not there')
      const pair = given(second?.metrics['T01'], 'metrics of the transport')
      isTrue((pair.recvBitrate ?? 0) > 0 && !('recvPacketRate' in pair), 'bytes, no packets', pair)
    },
  },
  {
    name: 'replayed: no report is left out or read twice, and they come in their order',
    async run(scene) {
      const times = (await replay(scene, 8)).map(({ raw }) => newest(Object.values(raw).flat()))
      equal(
        times,
        times.map((_, index) => newest(reportAt(index))),
        'the newest time of each report',
      )
    },
  },
  {
    name: "replayed: redact 'all' leaves no address, ufrag or fingerprint of the report on the wire",
    async run(scene) {
      const call = scene.startReplayedCall()
      const exporter = scene.startExporter({ redact: 'all', rawStats: true })
      exporter.addPeer({ peerId: 'safari', pc: call.alice })
      await call.connect()
      await until(scene.run.ledger, hasStats(3, 'safari'))
      await exporter.flush()
      const secrets = await secretsOf(call.alice)
      isTrue(secrets.size >= 5, 'there is something to hide', [...secrets])
      equal(leaks(JSON.stringify(await scene.run.bodies()), secrets), [], 'what is on the wire')
    },
  },
]

const countOf = ({ length }: readonly unknown[]): number => length

const newest = (stats: readonly Stat[]): number =>
  Math.max(...stats.map(({ timestamp }) => timestamp))
