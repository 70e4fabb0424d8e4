// The page is a thin collector: JSON, batching, storage and sending happen in the worker.
import { afterEach, expect, it, vi } from 'vitest'
import { startCall, startExporter } from './lifetimes.ts'
import { createRun, until } from './run.ts'

afterEach(() => vi.restoreAllMocks())

it('the page stringifies nothing, opens no database and sends nothing, and yet it all arrives', async () => {
  const run = createRun()
  const call = startCall()
  await call.connect()
  // Watched, not replaced: each does what it always does.
  const used = {
    stringify: vi.spyOn(JSON, 'stringify'),
    encode: vi.spyOn(TextEncoder.prototype, 'encode'),
    open: vi.spyOn(IDBFactory.prototype, 'open'),
    fetch: vi.spyOn(globalThis, 'fetch'),
    xhr: vi.spyOn(XMLHttpRequest.prototype, 'send'),
    beacon: vi.spyOn(navigator, 'sendBeacon'),
    compress: vi.spyOn(globalThis, 'CompressionStream'),
  }
  const exporter = startExporter({ url: run.url, compression: 'gzip', batchSize: 4 })
  const acked: number[] = []
  exporter.on('export:success', ({ count }) => acked.push(count))
  exporter.addPeer({ peerId: 'alice', pc: call.alice })
  exporter.addPeer({ peerId: 'bob', pc: call.bob })
  await until(
    () => acked.length,
    (batches) => batches >= 3,
  )
  // vitest itself talks to its server by these.
  const ours = Object.entries(used).flatMap(([name, spy]) =>
    spy.mock.calls.map((args) => [name, String(args[0]).slice(0, 80)]),
  )
  // The name of its room, once, to know whether the room is in the sample.
  expect(ours).toEqual([['encode', exporter.sessionId]])
  vi.restoreAllMocks()
  const sent = acked.reduce((sum, count) => sum + count, 0)
  expect((await run.ledger()).kept).toBeGreaterThanOrEqual(sent)
})
