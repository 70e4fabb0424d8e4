// What the app hears, and what it says itself.
import { describe, expect, it } from 'vitest'
import type { ExportError, ExportSuccess, StatsItem } from '../../src/index.ts'
import { collect, startCall, startExporter } from './lifetimes.ts'
import { atLeast, createRun, until } from './run.ts'

describe('events', () => {
  it('rawStats is the report as it came, a Map on the page and an array on the wire; statsObject is keyed by id', async () => {
    const run = createRun()
    const exporter = startExporter({ url: run.url, rawStats: true, statsObject: true })
    const items = collect<StatsItem>((listener) => exporter.on('stats', listener))
    const call = startCall()
    await call.connect()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    const [item] = await until(() => items, atLeast(1))
    expect(item?.rawStats).toBeInstanceOf(Map)
    const ids = [...(item?.rawStats?.keys() ?? [])]
    expect(ids.length).toBeGreaterThan(10)
    expect(Object.keys(item?.statsObject ?? {}).sort()).toEqual([...ids].sort())
    const { items: sent } = await until(run.ledger, (ledger) =>
      ledger.items.some(({ event }) => event === 'stats'),
    )
    const first = sent.find(({ event }) => event === 'stats')
    expect(first?.rawStats?.map(({ id }) => id)).toEqual(ids)
  })

  it('a batch that was acked, and one that was not, are said with what they held', async () => {
    const run = createRun()
    await run.script({ steps: [{ status: 503 }, { status: 503 }, {}] })
    const exporter = startExporter({ url: run.url, maxRetries: 1, retryBaseDelay: 1 })
    const failed = collect<ExportError>((listener) => exporter.on('export:error', listener))
    const done = collect<ExportSuccess>((listener) => exporter.on('export:success', listener))
    exporter.addEvent('hello', { to: 'you' })
    await until(() => done, atLeast(1))
    expect(failed).toHaveLength(1)
    expect(failed[0]?.error).toBeInstanceOf(Error)
    expect(failed[0]).toMatchObject({
      count: 1,
      queued: true,
      items: [{ event: 'hello', tag: 'application', data: { to: 'you' } }],
    })
    expect(done[0]).toEqual({
      count: 1,
      sessionId: exporter.sessionId,
      batchId: expect.any(String),
      confirmed: true,
    })
  })

  it("the app's marks, its rating and late facts are exported", async () => {
    const run = createRun()
    const exporter = startExporter({ url: run.url, keys: { a: '1', b: '2' } })
    const errors = collect<{ error: Error }>((listener) => exporter.on('error', listener))
    exporter.addEvent('mark')
    exporter.addEvent('mark', { deep: [1, { two: null }] })
    exporter.rate(4, 'nice')
    exporter.update({ userId: 'u7', roomId: 'r7', keys: { b: '3' } })
    await exporter.flush()
    const { items } = await run.ledger()
    expect(items.map(({ event, tag, data }) => [event, tag, data])).toEqual([
      ['mark', 'application', null],
      ['mark', 'application', { deep: [1, { two: null }] }],
      ['rating', 'application', { rating: 4, comment: 'nice' }],
    ])
    expect((await run.bodies()).at(-1)).toMatchObject({
      client: { userId: 'u7', roomId: 'r7', keys: { a: '1', b: '3' } },
    })
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    exporter.addEvent('loop', loop)
    exporter.addEvent('big', 'x'.repeat(40_000))
    exporter.rate(6)
    exporter.update({ colour: 'red' } as never)
    expect(errors.map(({ error }) => error.message.split(',')[0]?.slice(0, 55))).toEqual([
      'loop: expected data that JSON can carry: "TypeError: Co',
      'big: expected data of at most 32768 characters as JSON',
      'rate: expected an integer from 1 to 5',
      'update: expected userId',
    ])
  })
})
