// The exporter against backends as users have them.
import { expect, inject, it } from 'vitest'
import { collect, startCall, startExporter } from './lifetimes.ts'
import { until } from './run.ts'

it.each(['copied', 'stock', 'strict'] as const)(
  'the %s backend receives everything',
  async (name) => {
    const base = inject('backends')[name]
    const call = startCall()
    const exporter = startExporter({ url: `${base}/ingest` })
    const failed = collect((listener) => exporter.on('export:error', listener))
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    exporter.addPeer({ peerId: 'bob', pc: call.bob })
    await call.connect()
    await until(
      () => exporter.getTimeline(),
      (items) => items.length >= 40,
    )
    await exporter.destroy()
    const { items } = (await (await fetch(`${base}/count`)).json()) as { items: number }
    expect(items).toBe((await exporter.getTimeline()).length)
    expect(failed).toEqual([])
  },
)
