// What leaves when the page ends: by beacon, at once, without the worker.
import { describe, expect, it } from 'vitest'
import type { Batch, PageItem } from '../../src/index.ts'
import { batchSchema } from '../../src/schema.ts'
import type { LedgerItem } from '../fault-ledger.ts'
import { collect, startCall, startExporter } from './lifetimes.ts'
import { createRun, pause, until } from './run.ts'

/** The worker sends nothing by itself. */
const SILENT = { batchSize: 10_000, flushInterval: 600_000, maxBatchBytes: 50_000_000 }

/** As the browser says it when the page is left. */
function leave(): void {
  dispatchEvent(new PageTransitionEvent('pagehide', { persisted: false }))
}

async function startSilent(more: Partial<Parameters<typeof startExporter>[0]> = {}) {
  const run = createRun()
  const call = startCall()
  const exporter = startExporter({ url: run.url, ...SILENT, ...more })
  const items = collect<PageItem>((listener) => exporter.on('timeline', listener))
  exporter.addPeer({ peerId: 'alice', peerName: 'Alice', pc: call.alice })
  await call.connect()
  const polled = (count: number): Promise<unknown> =>
    until(
      () => items.filter(({ event }) => event === 'stats').length,
      (length) => length >= count,
    )
  await polled(4)
  return { run, call, exporter, items, polled }
}

const arrived = async (run: ReturnType<typeof createRun>): Promise<readonly LedgerItem[]> => {
  await pause(500)
  return (await run.ledger()).items
}

describe('the end of a page', () => {
  it('the newest stats and the last state change leave at once, as bodies of the wire', async () => {
    const { run, items } = await startSilent()
    const newest = items.findLast(({ event }) => event === 'stats')
    const state = items.findLast(({ tag }) => tag === 'connection')
    leave()
    const seqs = (await arrived(run)).map(({ seq }) => seq)
    expect(seqs).toContain(newest?.seq)
    expect(seqs).toContain(state?.seq)
    const bodies = await run.bodies()
    expect(bodies.length).toBeGreaterThan(0)
    for (const body of bodies) expect(batchSchema.safeParse(body).error).toBeUndefined()
    for (const { headers, bytes } of await run.requests()) {
      expect(headers['content-type']).toBe('text/plain')
      expect(bytes).toBeLessThanOrEqual(49_152)
    }
  })

  it('a page that is left in the middle of destroy() sends it, too', async () => {
    const { run, exporter } = await startSilent({ timeout: 2000 })
    // The flush of destroy() is the first request, and gets no answer.
    await run.script({ steps: [{ delayMs: 60_000, keep: false }, {}] })
    exporter.addEvent('last')
    const destroyed = exporter.destroy()
    await until(run.requests, ({ length }) => length > 0)
    leave()
    const { items } = await until(run.ledger, (ledger) => ledger.items.length > 0)
    expect(items.map(({ event }) => event)).toContain('stats')
    await destroyed
    const sent = (await run.requests()).length
    leave()
    await arrived(run)
    expect((await run.requests()).length).toBe(sent)
  })

  it('the page says that it was hidden', async () => {
    const { run } = await startSilent()
    leave()
    expect((await arrived(run)).map(({ event }) => event)).toContain('pageHide')
  })

  it('what has left by beacon is sent again from the disk, whole, and counts once', async () => {
    const { run, exporter } = await startSilent({ beaconTail: 6000 })
    const counts = collect<{ count: number; confirmed: boolean }>((listener) =>
      exporter.on('export:success', listener),
    )
    leave()
    const early = await arrived(run)
    expect(early.some(({ partial }) => partial)).toBe(true)
    await exporter.flush()
    exporter.pause()
    await exporter.flush()
    const { items, doubled, missing } = await run.ledger()
    expect(missing).toEqual([])
    expect(doubled.length).toBeGreaterThan(0)
    expect(items.filter(({ partial }) => partial)).toEqual([])
    const page = items.filter(({ producer }) => !producer.includes('.w'))
    const told = counts
      .filter(({ confirmed }) => confirmed)
      .reduce((sum, { count }) => sum + count, 0)
    expect(told).toBe(items.length)
    expect(new Set(page.map(({ seq }) => seq)).size).toBe(page.length)
  })

  it('what has left is not sent a second time when the page is hidden again', async () => {
    const { run, exporter } = await startSilent()
    exporter.pause()
    await pause(300)
    leave()
    const first = (await run.requests()).length
    await arrived(run)
    const bodies = (await run.bodies()).length
    leave()
    await arrived(run)
    const seqs = (await run.bodies()).slice(bodies).flatMap((body: Batch) => body.items)
    // Paused: not even the second `pageHide` is captured.
    expect(seqs).toEqual([])
    expect(first).toBeGreaterThanOrEqual(0)
  })

  it('with headers it is a fetch that carries them', async () => {
    const { run, exporter, polled, items } = await startSilent({
      headers: async () => ({ authorization: 'Bearer t' }),
    })
    await exporter.flush() // the headers are known from now on
    await polled(items.filter(({ event }) => event === 'stats').length + 2)
    const before = (await run.bodies()).length
    leave()
    await arrived(run)
    expect((await run.bodies()).length).toBeGreaterThan(before)
    const posts = (await run.requests()).filter(({ method }) => method === 'POST')
    for (const { headers } of posts) {
      expect(headers['authorization']).toBe('Bearer t')
      expect(headers['content-type']).toBe('application/json')
    }
  })

  it('nothing leaves with beaconTail: 0, nor where only a transport of the app is listed', async () => {
    const own = { name: 'own', send: async () => ({ status: 'ok' }) as const, close() {} }
    for (const more of [{ beaconTail: 0 }, { transport: own }]) {
      const { run } = await startSilent(more)
      leave()
      expect(await arrived(run)).toEqual([])
    }
  })

  it('nothing of an earlier user leaves, nor what was cleared', async () => {
    const { run, exporter, polled, items } = await startSilent({ userId: 'ann' })
    exporter.update({ userId: 'bob' })
    exporter.addEvent('of bob')
    leave()
    const bodies = await arrived(run).then(() => run.bodies())
    expect(bodies.map(({ client }) => client.userId)).toEqual(bodies.map(() => 'bob'))
    expect(bodies.flatMap((body) => body.items.map(({ event }) => event))).toContain('of bob')
    expect(bodies.flatMap((body) => body.items.map(({ event }) => event))).not.toContain(
      'peerAdded',
    )
    await polled(items.filter(({ event }) => event === 'stats').length + 3)
    await exporter.clear()
    exporter.pause()
    const before = (await run.bodies()).length
    leave()
    await arrived(run)
    const after = (await run.bodies()).slice(before).flatMap((body) => body.items)
    expect(after.filter(({ event }) => event !== 'paused')).toEqual([])
  })

  it('under redact nothing leaves that names anybody, and the numbers do', async () => {
    const { run, call, items } = await startSilent({ redact: 'all', userId: 'user-4711' })
    const newest = items.findLast(({ event }) => event === 'stats')
    leave()
    const text = JSON.stringify(await arrived(run).then(() => run.bodies()))
    const sdp = `${call.alice.localDescription?.sdp}${call.alice.remoteDescription?.sdp}`
    const secrets = [
      /a=ice-ufrag:(\S+)/g,
      /a=candidate:(?:\S+ ){4}(\S+)/g,
      /a=fingerprint:\S+ (\S+)/g,
    ]
      .flatMap((pattern) => [...sdp.matchAll(pattern)])
      .map(([, secret = '']) => secret)
    expect(secrets.length).toBeGreaterThan(4)
    // As a whole word: the four letters of a ufrag may stand in the middle of a pseudonym by chance.
    const words = new Set(text.split(/[^\w+/.:-]+/))
    expect([...secrets, 'user-4711', 'Alice'].filter((secret) => words.has(secret))).toEqual([])
    expect((await run.ledger()).items.map(({ seq }) => seq)).toContain(newest?.seq)
  })

  it('what the page holds is never more than the browser takes beside the tail', async () => {
    const { run, exporter } = await startSilent()
    for (let n = 0; n < 500; n++) exporter.addEvent('mark', { n, text: 'x'.repeat(300) })
    leave()
    await arrived(run)
    const total = (await run.requests()).reduce((sum, { bytes }) => sum + bytes, 0)
    expect(total).toBeGreaterThan(10_000)
    expect(total).toBeLessThanOrEqual(65_536)
  })

  it("while the page's own beacons take all there is, nothing is thrown and nothing is lost", async () => {
    const { run, exporter } = await startSilent()
    const own = createRun()
    await own.script({ steps: [{ delayMs: 3000, keep: false, body: 'ok' }] })
    const errors = collect<unknown>((listener) => addEventListener('error', listener as never))
    let taken = 0
    while (navigator.sendBeacon(own.url, JSON.stringify({ items: ['x'.repeat(8000)] }))) taken++
    expect(taken).toBeGreaterThan(0)
    expect(navigator.sendBeacon(own.url, new Uint8Array(20_000))).toBe(false)
    leave()
    exporter.pause()
    await exporter.flush()
    expect(errors).toEqual([])
    expect((await run.ledger()).missing).toEqual([])
    expect((await exporter.queue)?.depth).toBe(0)
  })
})
