// The worker as a whole in Node: Comlink and captures on one channel, a real server behind.
import 'fake-indexeddb/auto'
import { expose, transfer, wrap } from 'comlink'
import type { Remote } from 'comlink'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type {
  CapturedEvent,
  CapturedReport,
  PageMessage,
  Raised,
  WorkerApi,
  WorkerConfig,
  WorkerMessage,
} from '../src/protocol.ts'
import { PROTOCOL_VERSION, WORKER_NAME } from '../src/protocol.ts'
import type { Batch } from '../src/wire.ts'
import { startWorker } from '../workers/start.ts'
import { startFaultCollector } from './fault-collector.ts'
import type { Script } from './fault-collector.ts'
import type { Ledger } from './fault-ledger.ts'
import { ALL } from './redacting.ts'
import { CONFIG, PAGE } from './worker-config.ts'

let faults: Awaited<ReturnType<typeof startFaultCollector>>
beforeAll(async () => (faults = await startFaultCollector()))
afterAll(() => faults.close())

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** Quick, so that nobody waits. */
const QUICK: WorkerConfig = {
  ...CONFIG,
  getStatsInterval: 50,
  flushInterval: 100,
  retryBaseDelay: 10,
  retryMaxDelay: 100,
}

let runs = 0

interface Page {
  readonly api: Remote<WorkerApi>
  /** Where the engine asks the page. */
  readonly host: MessagePort
  readonly messages: WorkerMessage[]
  readonly raised: Raised[]
  post(message: PageMessage): void
  script(script: Script): Promise<unknown>
  ledger(): Promise<Ledger>
  /** What was kept, in the order in which it came. */
  bodies(): Promise<Batch[]>
}

/** What the page does, by hand. `early`: what it posts before the engine is there. */
async function start(
  config: Partial<WorkerConfig> = {},
  early: readonly PageMessage[] = [],
): Promise<Page> {
  const control = new MessageChannel()
  const host = new MessageChannel()
  const base = `${faults.url}/start-${runs++}`
  const url = `${base}/ingest`
  const page: Page = {
    api: wrap<WorkerApi>(control.port1),
    host: host.port1,
    messages: [],
    raised: [],
    post(message) {
      control.port1.postMessage({ [WORKER_NAME]: message })
    },
    script: (script) => fetch(`${base}/script`, { method: 'PUT', body: JSON.stringify(script) }),
    ledger: async () => (await fetch(`${base}/ledger`)).json() as Promise<Ledger>,
    bodies: async () => (await fetch(`${base}/bodies`)).json() as Promise<Batch[]>,
  }
  control.port1.addEventListener('message', ({ data }: MessageEvent) => {
    const message = data[WORKER_NAME] as WorkerMessage | undefined
    if (!message) return
    page.messages.push(message)
    if (message.type === 'raise') page.raised.push(message.raised)
  })
  startWorker(control.port2 as never)
  expose({ ...PAGE }, host.port1 as never)
  for (const message of early) page.post(message)
  await page.api.start(
    { ...QUICK, url, transports: [{ name: 'fetch', url, isOnPage: false }], ...config },
    transfer(host.port2, [host.port2 as never]),
  )
  ends.push(() => {
    for (const port of [control.port1, control.port2, host.port1]) port.close()
  })
  return page
}

const captured = (seq: number): Omit<CapturedReport, 'read' | 'stats'> => ({
  seq,
  timestamp: Date.UTC(2026, 0, 1) + seq,
  clock: Date.UTC(2026, 0, 1) + seq,
  peerId: 'alice',
  peerName: 'Alice',
  pcId: 'pc1',
})

const event = (seq: number, state = 'new'): { type: 'event'; event: CapturedEvent } => ({
  type: 'event',
  event: { ...captured(seq), event: 'connectionStateChange', tag: 'connection', data: { state } },
})

const report = (seq: number, timestamp: number, bytesSent: number): CapturedReport => ({
  ...captured(seq),
  read: 'full',
  stats: [{ id: 'out', type: 'outbound-rtp', kind: 'audio', ssrc: 1, timestamp, bytesSent }],
})

describe('the worker', () => {
  it('shakes hands before it has been told anything', async () => {
    const { port1, port2 } = new MessageChannel()
    ends.push(() => port1.close())
    startWorker(port2 as never)
    expect(await wrap<WorkerApi>(port1).hello()).toBe(PROTOCOL_VERSION)
  })

  it('a capture goes through every stage and reaches the server', async () => {
    const page = await start()
    page.post(event(0, 'connected'))
    page.post({ type: 'reports', tick: null, reports: [report(1, 1000, 100)] })
    page.post({ type: 'reports', tick: null, reports: [report(2, 2000, 1100)] })
    expect(await page.api.flush(2000)).toEqual({ sent: 3, stored: 0 })
    const { items } = await page.ledger()
    expect(items[0]).toMatchObject({
      producer: 'p1',
      sessionId: 's1',
      seq: 0,
      event: 'connectionStateChange',
      tag: 'connection',
      peerId: 'alice',
      peerName: 'Alice',
      pcId: 'pc1',
      timestamp: '2026-01-01T00:00:00.000Z',
      interval: 50,
      data: { state: 'connected' },
    })
    expect(items[2]).toMatchObject({
      seq: 2,
      event: 'stats',
      data: { audio: { outbound: [{ id: 'out' }] }, metrics: { out: { bitrate: 8000 } } },
    })
  })

  it('what came before it knew who it is counts as what came after', async () => {
    const page = await start({ timeout: 1000 }, [event(0), event(1)])
    await page.script({ steps: [{ status: 503 }] })
    page.post(event(2))
    expect(await page.api.flush(2000)).toEqual({ sent: 0, stored: 3 })
    await page.script({ steps: [{}] })
    expect(await page.api.flush(2000)).toEqual({ sent: 3, stored: 0 })
    expect(await page.api.queue()).toMatchObject({ depth: 0, bytes: 0 })
  })

  it('pulls, and its pull names the events that are on disk', async () => {
    const page = await start({ getStatsInterval: 400 })
    page.post(event(0))
    page.post(event(1))
    await expect
      .poll(() => page.messages.find(({ type }) => type === 'pull'), { timeout: 5000 })
      .toMatchObject({ type: 'pull', tick: 1, committed: [0, 1] })
  })

  it('pulls nothing where the page was paused before it was there', async () => {
    const [paused, other] = [await start({}, [{ type: 'pause' }]), await start()]
    const pulls = ({ messages }: Page): unknown[] => messages.filter(({ type }) => type === 'pull')
    await expect.poll(() => pulls(other).length).toBe(1)
    expect(pulls(paused)).toEqual([])
  })

  it('raises what somebody listens to, and nothing else', async () => {
    const page = await start()
    page.post(event(0))
    page.post({ type: 'listen', events: ['connectionStateChange', 'export:success'] })
    page.post(event(1))
    page.post({ type: 'reports', tick: null, reports: [report(2, 1000, 100)] })
    await page.api.destroy(2000)
    expect(
      page.raised.map((raised) => [raised.name, raised.name === 'item' && raised.item.seq]),
    ).toEqual([
      ['item', 1],
      ['export:success', false], // the page's own captures
      ['export:success', false], // the last summaries
    ])
  })

  it('destroy hands over the timeline and settles, though the server never answers', async () => {
    const page = await start({ url: `${faults.url}/silent/ingest` })
    await fetch(`${faults.url}/silent/script`, {
      method: 'PUT',
      body: JSON.stringify({ steps: [{ delayMs: 60_000 }] }),
    })
    page.post(event(0))
    const { timeline, summary } = await page.api.destroy(300)
    expect(timeline.map(({ event: name, seq }) => `${name} ${seq}`)).toEqual([
      'connectionStateChange 0',
      'summary 0',
      'summary 1',
    ])
    expect(summary).toMatchObject({ session: { isFinal: true }, peers: { alice: { polls: 0 } } })
  })

  it('destroy lets go of the page, so that nothing holds what the page has for it', async () => {
    const page = await start()
    const isClosed = new Promise((resolve) => page.host.addEventListener('close', resolve))
    await page.api.destroy(1000)
    await expect(isClosed).resolves.toMatchObject({ type: 'close' })
  })

  it('without IndexedDB it exports from memory, and says so', async () => {
    const real = globalThis.indexedDB
    Reflect.deleteProperty(globalThis, 'indexedDB')
    const page = await start()
    page.post(event(0))
    expect(await page.api.flush(2000)).toEqual({ sent: 1, stored: 0 })
    globalThis.indexedDB = real
    expect(page.raised).toEqual([
      {
        name: 'error',
        error: {
          name: 'Error',
          message: 'what is not sent is in memory for now: this browser has no IndexedDB',
        },
      },
    ])
  })

  it('what the page had to drop is counted in the next batch', async () => {
    const page = await start()
    page.post({ type: 'dropped', reason: 'page-buffer', count: 7 })
    page.post(event(0))
    await page.api.flush(2000)
    const { items } = await page.ledger()
    expect(items.find(({ event: name }) => name === 'dropped')).toMatchObject({
      producer: 'p1.w0',
      seq: 0,
      tag: 'exporter',
      data: { reason: 'page-buffer', count: 7 },
    })
  })
})

describe('the account of the call', () => {
  it('is given at any time, of all that was posted before, and forgotten with clear()', async () => {
    const page = await start()
    expect(await page.api.summary()).toEqual({ session: null, peers: {} })
    page.post({ type: 'reports', tick: null, reports: [report(0, 1000, 100)] })
    page.post({ type: 'reports', tick: null, reports: [report(1, 2000, 1100)] })
    const { session, peers } = await page.api.summary()
    for (const each of [session, peers['alice']]) {
      expect(each).toMatchObject({
        isFinal: false,
        polls: 2,
        audio: { outbound: { bytes: 1000, durationSec: 1 } },
      })
    }
    await page.api.clear(1)
    expect(await page.api.summary()).toEqual({ session: null, peers: {} })
  })

  it("reaches the server as the worker's own, the last one of a peer with a pseudonym for its name", async () => {
    const page = await start({ incarnation: 1, redact: ALL })
    page.post({ type: 'listen', events: ['summary'] })
    page.post(event(0, 'connected'))
    page.post({ type: 'forget', pcId: 'pc1' })
    await page.api.flush(2000)
    const { items } = await page.ledger()
    const [ofPage] = items.filter(({ producer }) => producer === 'p1')
    const own = items.filter(({ producer }) => producer === 'p1.w1')
    expect(own).toMatchObject([
      { event: 'summary', tag: 'summary', seq: 0, peerId: 'alice', data: { isFinal: true } },
    ])
    expect(own[0]?.peerName).toBe(ofPage?.peerName)
    expect(JSON.stringify(own)).not.toContain('Alice')
    const raised = page.raised.map((each) => each.name === 'item' && each.item.peerName)
    expect(raised).toEqual([ofPage?.peerName])
  })

  it('the last ones go before the statistics that wait', async () => {
    const page = await start({ batchSize: 2, retryBaseDelay: 60_000, retryMaxDelay: 60_000 })
    await page.script({ steps: [{ status: 503 }] })
    for (const seq of [0, 1, 2, 3]) {
      page.post({ type: 'reports', tick: null, reports: [report(seq, 1000 * seq, 100 * seq)] })
    }
    await page.api.flush(2000)
    await page.script({ steps: [{}] })
    await page.api.destroy(2000)
    const bodies = await page.bodies()
    const told = bodies.map(({ items }) => items.map(({ event: name }) => name).join())
    expect(told).toEqual(['summary,summary', 'stats,stats', 'stats,stats'])
  })
})
