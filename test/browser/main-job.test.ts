// The main job on a real call: page, worker, disk, wire.
import { describe, expect, inject, it } from 'vitest'
import { anyBatchSchema, batchSchema } from '../../src/schema.ts'
import connectionSample from '../fixtures/wire-batch.connection.json'
import statsSample from '../fixtures/wire-batch.stats.json'
import { startCall, startExporter } from './lifetimes.ts'
import { createRun, hasStats, of, until } from './run.ts'

/** The groups of a value, down to the lists of stats, which are the browser's. */
function shapeOf(value: unknown): object {
  if (typeof value !== 'object' || value === null) return { type: typeof value }
  if (Array.isArray(value)) return { type: 'array' }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shapeOf(part)]))
}

/** So long the server fails in the third test. */
const POLLS_OF_FAULTS = inject('isLong') ? 400 : 25

describe('the main job', () => {
  it('two peers: their events up to connected and their stats reach the server, each once', async () => {
    const run = createRun()
    const call = startCall()
    const exporter = startExporter({ url: run.url })
    exporter.addPeer({ peerId: 'alice', peerName: 'Alice', pc: call.alice })
    exporter.addPeer({ peerId: 'bob', peerName: 'Bob', pc: call.bob })
    await call.connect()
    await until(run.ledger, hasStats(5, 'alice', 'bob'))
    await exporter.destroy()
    const ledger = await run.ledger()
    expect(ledger.doubled).toEqual([])
    expect(ledger.missing).toEqual([])
    for (const peerId of ['alice', 'bob']) {
      const states = of(ledger, peerId, 'connectionStateChange').map(({ data }) => data)
      expect(states).toEqual([{ state: 'connecting' }, { state: 'connected' }])
      expect(of(ledger, peerId, 'iceConnectionStateChange').length).toBeGreaterThan(0)
      expect(of(ledger, peerId, 'signalingStateChange').map(({ data }) => data)).toContainEqual({
        state: 'stable',
      })
      expect(of(ledger, peerId, 'iceCandidate').length).toBeGreaterThan(0)
    }
  })

  it('the metrics of a live stream are there from its second report on', async () => {
    const run = createRun()
    const call = startCall()
    const exporter = startExporter({ url: run.url })
    await call.connect()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    const ledger = await until(run.ledger, hasStats(4, 'alice'))
    const data = of(ledger, 'alice', 'stats')[3]?.data as {
      video: { inbound: { id: string }[]; outbound: { id: string }[] }
      metrics: Record<string, { bitrate?: number; packetRate?: number; lossPct?: number }>
    }
    const inbound = data.metrics[data.video.inbound[0]?.id ?? '']
    const outbound = data.metrics[data.video.outbound[0]?.id ?? '']
    expect(inbound?.bitrate).toBeGreaterThan(0)
    expect(inbound?.packetRate).toBeGreaterThan(0)
    expect(inbound?.lossPct).toBe(0)
    expect(outbound?.bitrate).toBeGreaterThan(0)
  })

  it('every other request refused and every fifth socket cut after storing: no gap, no second item', async () => {
    const run = createRun()
    const refused = { status: 503 }
    const cut = { drop: 'after' } as const
    await run.script({
      // Counting requests from 1: the even ones get 503, the fifth is stored and never answered.
      steps: [{}, refused, {}, refused, cut, refused, {}, refused, {}, refused],
      next: 'first',
    })
    const call = startCall()
    const exporter = startExporter({ url: run.url, retryBaseDelay: 20, batchSize: 5 })
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    exporter.addPeer({ peerId: 'bob', pc: call.bob })
    const polls = { alice: 0, bob: 0 }
    exporter.on('stats', ({ peerId }) => void polls[peerId as 'alice' | 'bob']++)
    await call.connect()
    // Not by the server's list: that is 80 MB in the end.
    await until(
      () => polls,
      ({ alice, bob }) => Math.min(alice, bob) >= POLLS_OF_FAULTS,
    )
    // From here on nothing comes before what was refused and waits.
    exporter.pause()
    await until(
      () => exporter.queue,
      (queue) => queue?.depth === 0,
    )
    const requests = await run.requests()
    const ledger = await run.ledger()
    expect(requests.some(({ status }) => status === 503)).toBe(true)
    expect(requests.some(({ status }) => status === 0)).toBe(true)
    expect(ledger.missing).toEqual([])
    const captured = ledger.items.filter(({ producer }) => !producer.includes('.w'))
    const seqs = captured.map(({ seq }) => seq).sort((one, other) => one - other)
    expect(seqs).toEqual(seqs.map((_, index) => index))
    // What reached the disk of the server twice came twice in the same batch: the answer to the first was lost.
    expect(ledger.doubled.length).toBeGreaterThan(0)
    expect(ledger.doubled.filter(([, , , batchIds]) => batchIds > 1)).toEqual([])
  }, 300_000)

  it.each(['none', 'gzip'] as const)(
    'a batch is what the wire says, compression: %s',
    async (compression) => {
      const run = createRun()
      const call = startCall()
      const exporter = startExporter({
        url: run.url,
        compression,
        sessionName: 'Daily',
        userId: 'u1',
        keys: { plan: 'pro' },
      })
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      await call.connect()
      await until(run.ledger, hasStats(2, 'alice'))
      const bodies = await run.bodies()
      for (const body of bodies) {
        expect(batchSchema.safeParse(body).error).toBeUndefined()
        expect(anyBatchSchema.safeParse(body).error).toBeUndefined()
      }
      expect(bodies[0]).toMatchObject({
        sessionId: exporter.sessionId,
        sessionName: 'Daily',
        client: { userId: 'u1', keys: { plan: 'pro' }, roomId: exporter.sessionId },
      })
      const encodings = (await run.requests())
        .filter(({ method }) => method === 'POST')
        .map(({ headers }) => headers['content-encoding'])
      expect(new Set(encodings)).toEqual(new Set([compression === 'gzip' ? 'gzip' : undefined]))
    },
  )

  it("our batches have all that the product's own samples have, field for field", async () => {
    const run = createRun()
    const call = startCall()
    const exporter = startExporter({ url: run.url })
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    await call.connect()
    await until(run.ledger, hasStats(2, 'alice'))
    const bodies = await run.bodies()
    const items = bodies.flatMap((body) => body.items)
    const stats = items.findLast(({ event }) => event === 'stats')
    for (const sample of [connectionSample, statsSample]) {
      expect(Object.keys(bodies[0] ?? {})).toEqual(expect.arrayContaining(Object.keys(sample)))
      for (const { data, ...item } of sample.items) {
        const ours = items.find(({ event }) => event === item.event)
        expect(Object.keys(ours ?? {})).toEqual(
          expect.arrayContaining([...Object.keys(item), 'data']),
        )
        expect(shapeOf(ours?.event === 'stats' ? stats?.data : ours?.data)).toMatchObject(
          shapeOf(data),
        )
      }
    }
  })

  it('a report is whole in full detail, without doubles in report, and absent in metrics', async () => {
    const call = startCall()
    await call.connect()
    const sizes: number[] = []
    for (const detail of ['full', 'report', 'metrics'] as const) {
      const run = createRun()
      const exporter = startExporter({ url: run.url, detail })
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      const ledger = await until(run.ledger, hasStats(3, 'alice'))
      const { data } = of(ledger, 'alice', 'stats')[2] as { data: Record<string, unknown> }
      expect(Object.keys(data.metrics as object).length).toBeGreaterThan(0)
      expect('transport' in data).toBe(detail !== 'metrics')
      expect('raw' in data).toBe(detail !== 'metrics')
      sizes.push(JSON.stringify(data).length)
    }
    // The first was read before the far end had reported.
    expect(sizes[0]).toBeGreaterThan((sizes[1] ?? 0) * 1.2)
    expect(sizes[1]).toBeGreaterThan((sizes[2] ?? 0) * 1.5)
  })
})
