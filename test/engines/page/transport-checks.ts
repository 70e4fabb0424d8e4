// Every way to the endpoint, in every engine: what is captured arrives once, and leaves at once when the page does.
import { given, equal, isTrue } from './assert.ts'
import { hasStats, pause, until } from '../../run.ts'
import type { Transport } from '../../../transports/transport.ts'
import { collect } from './scene.ts'
import type { Check } from './scene.ts'

/** As an app would write it: the page's own fetch. */
const ownTransport = (url: string): Transport => ({
  name: 'own',
  async send({ json }, signal) {
    const { ok, status } = await fetch(url, { method: 'POST', body: json, signal })
    return ok ? { status: 'ok' } : { status: 'retry', error: new Error(String(status)) }
  },
  close() {},
})

const WAYS = ['websocket', 'beacon', 'own'] as const

export const TRANSPORT_CHECKS: readonly Check[] = [
  ...WAYS.map((way): Check => ({
    name: `each item arrives once by: ${way}`,
    async run(scene) {
      const transport = way === 'own' ? ownTransport(scene.run.url) : way
      const exporter = scene.startExporter({ transport })
      const acked = collect<{ confirmed: boolean }>((listener) =>
        exporter.on('export:success', listener),
      )
      const call = scene.startCall()
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      await call.connect()
      await until(scene.run.ledger, hasStats(4, 'alice'))
      exporter.pause()
      await until(
        () => exporter.queue,
        (queue) => queue?.depth === 0,
      )
      await pause(500)
      const { missing, doubled } = await scene.run.ledger()
      equal([missing, doubled], [[], []], 'missing and doubled')
      equal(
        [...new Set(acked.map(({ confirmed }) => confirmed))],
        [way !== 'beacon'],
        'what is said to be confirmed',
      )
    },
  })),
  {
    name: 'a page that is left sends its newest report and its last event at once',
    async run(scene) {
      const exporter = scene.startExporter({ batchSize: 10_000, flushInterval: 600_000 })
      const seqs: { readonly seq: number; readonly event: string }[] = []
      exporter.on('timeline', (item) => seqs.push(item))
      const call = scene.startCall()
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      await call.connect()
      await until(
        () => seqs.filter(({ event }) => event === 'stats').length,
        (count) => count >= 3,
      )
      exporter.addEvent('last')
      const newest = given(
        seqs.findLast(({ event }) => event === 'stats'),
        'a report',
      )
      dispatchEvent(new PageTransitionEvent('pagehide'))
      const ledger = await until(scene.run.ledger, ({ items }) =>
        items.some(({ event }) => event === 'last'),
      )
      const arrived = ledger.items.filter(({ event }) => event === 'stats').map(({ seq }) => seq)
      isTrue(Math.max(...arrived) >= newest.seq, `the report ${newest.seq}`, arrived)
    },
  },
]
