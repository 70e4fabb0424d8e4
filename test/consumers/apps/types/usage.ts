// Uses every option, method and event as an app in TypeScript does. In this repo it is checked against the source, and
// in the consumer, where the addresses below become the package's names, against the declarations of the packed file.
import { WebRTCExporter } from '../../../../src/index.ts'
import type {
  ExporterOptions,
  Item,
  Metrics,
  Mode,
  Place,
  QuarantinedBatch,
  QueueState,
  Summaries,
} from '../../../../src/index.ts'
import { batchSchema } from '../../../../src/schema.ts'
import type { EncodedBatch, SendResult, Transport } from '../../../../transports/index.ts'

declare const own: Transport

export const options: Required<ExporterOptions> = {
  url: '/ingest',
  sessionId: 'session',
  sessionName: 'Daily',
  headers: async () => ({ Authorization: 'Bearer token' }),
  getStatsInterval: 2000,
  adaptive: { minInterval: 500, maxInterval: 10_000 },
  rawStats: true,
  statsObject: true,
  batchSize: 20,
  flushInterval: 5000,
  timeout: 10_000,
  maxRetries: 3,
  retryBaseDelay: 500,
  retryMaxDelay: 10_000,
  debug: false,
  transport: ['websocket', { type: 'beacon', url: '/beacon' }, 'mine', own],
  beaconTail: 0,
  detail: 'report',
  compression: 'gzip',
  maxBatchBytes: 96_000,
  roomId: 'room',
  userId: 'user',
  keys: { plan: 'free' },
  sampleRate: 0.1,
  redact: { addresses: true },
  queue: {
    maxBytes: 20_971_520,
    maxItems: 20_000,
    maxAge: 259_200_000,
    backlogBytesPerSec: 65_536,
    storage: 'auto',
  },
  worker: () => new Worker('/worker.js', { type: 'module' }),
}

export async function use(pc: RTCPeerConnection): Promise<readonly Item[]> {
  const exporter = new WebRTCExporter(options)
  const mode: Mode = exporter.mode
  const known: Place | 'off' | 'starting' | 'none' = mode
  exporter.addPeer({ peerId: 'alice', peerName: 'Alice', pc })
  const off: () => void = exporter.on('stats', ({ peerId, data, seq, rawStats, timestamp }) => {
    const metrics: Metrics = data.metrics
    const first: string | undefined = rawStats?.values().next().value?.id
    print(peerId, metrics, seq, first, timestamp, data.audio, data.video, data.raw)
  })
  exporter.on('timeline', ({ event, tag }) => print(event, tag))
  exporter.on('iceConnectionStateChange', ({ data }) => print(data.state === 'checking'))
  exporter.on('connectionStateChange', ({ data }) => print(data.state === 'connected'))
  exporter.on('iceGatheringStateChange', ({ data }) => print(data.state === 'complete'))
  exporter.on('signalingStateChange', ({ data }) => print(data.state === 'stable'))
  exporter.once('export:success', ({ count, sessionId, batchId, confirmed }) => {
    print(count.toFixed(), sessionId.length, batchId.length, confirmed)
  })
  exporter.on('export:error', ({ error, count, items, queued }) => {
    print(error.message, count.toFixed(), items.length, queued)
  })
  exporter.on('error', ({ error, place }) => print(error.message, place === 'blob'))
  exporter.on('dropped', ({ data }) => print(data.reason === 'evicted', data.count.toFixed()))
  exporter.on('summary', ({ data }) => print(data.score?.p95, data.audio.inbound?.bitrate?.mean))
  exporter.on('queue', ({ mode: where, depth }) => print(where === 'memory', depth.toFixed()))
  // @ts-expect-error -- a stats item has no such member
  exporter.on('stats', ({ data }) => print(data.nonsense))
  // @ts-expect-error -- a gathering state is never 'connected'
  exporter.on('iceGatheringStateChange', ({ data }) => print(data.state === 'connected'))
  // @ts-expect-error -- there is no such event
  exporter.on('nonsense', () => {})
  // @ts-expect-error -- an option of the wrong type
  print({ url: '/ingest', batchSize: '20' } satisfies ExporterOptions)
  exporter.addEvent('mute', { by: 'user' })
  exporter.rate(5, 'fine')
  exporter.update({ userId: null, roomId: 'other', keys: { plan: 'paid' } })
  exporter.pause()
  exporter.resume()
  const { sent, stored } = await exporter.flush()
  print(known, sent + stored, exporter.sessionId, exporter.getPeerIds().length)
  const queue: QueueState | null = await exporter.queue
  print(queue?.bytes, queue?.oldestAgeMs, queue?.dropped.evicted, queue?.quarantined)
  const held: readonly QuarantinedBatch[] = await exporter.quarantine.inspect()
  const resent: number = await exporter.quarantine.resend(held.map(({ batchId }) => batchId))
  print(resent, await exporter.quarantine.discard())
  const { session, peers }: Summaries = await exporter.getSummary()
  print(session?.pathSec.udp, peers['alice']?.video.outbound?.sizeSec['1280x720'])
  exporter.removePeer('alice')
  off()
  await exporter.clear()
  await exporter.destroy()
  return exporter.getTimeline()
}

export const transport: Transport = {
  name: 'mine',
  close: () => {},
  send: async (batch: EncodedBatch): Promise<SendResult> => answer(batch),
}

declare function answer(batch: EncodedBatch): SendResult

export function read(body: unknown): string {
  const { sessionId, items } = batchSchema.parse(body)
  // @ts-expect-error -- not a number: the schema is typed, and not `any`
  const wrong: number = sessionId
  return `${sessionId}: ${items.length} ${wrong}`
}

declare function print(...values: readonly unknown[]): void
