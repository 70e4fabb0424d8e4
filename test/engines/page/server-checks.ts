// Servers that refuse, cut, forbid and never answer: all of it arrives once, and whoever waits hears of it.
import type { ExportError } from '../../../src/index.ts'
import { equal, isTrue } from './assert.ts'
import { hasStats, until } from '../../run.ts'
import { collect } from './scene.ts'
import type { Check } from './scene.ts'
import { watch } from './watch.ts'

const REFUSED = { status: 503 }
const CUT = { drop: 'after' } as const

export const SERVER_CHECKS: readonly Check[] = [
  {
    name: 'every other request refused and every fifth socket cut after storing: no gap, no second item',
    async run(scene) {
      // Counting requests from 1: the even ones get 503, the fifth is stored and never answered.
      await scene.run.script({
        steps: [{}, REFUSED, {}, REFUSED, CUT, REFUSED, {}, REFUSED, {}, REFUSED],
        next: 'first',
      })
      const call = scene.startCall()
      const exporter = scene.startExporter({ retryBaseDelay: 20, batchSize: 5 })
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      exporter.addPeer({ peerId: 'bob', pc: call.bob })
      await call.connect()
      await until(scene.run.ledger, hasStats(15, 'alice', 'bob'))
      // From here on nothing comes before what was refused and waits.
      exporter.pause()
      await until(
        () => exporter.queue,
        (queue) => queue?.depth === 0,
      )
      const ledger = await scene.run.ledger()
      const statuses = new Set((await scene.run.requests()).map(({ status }) => status))
      isTrue(statuses.has(503) && statuses.has(0), 'the faults happened', [...statuses])
      equal(ledger.missing, [], 'missing')
      const seqs = ledger.items.map(({ seq }) => seq).sort((one, other) => one - other)
      equal(
        seqs,
        seqs.map((_, index) => index),
        'the seqs',
      )
      // What came twice came twice in the same batch: the answer to the first was lost.
      equal(
        ledger.doubled.filter(([, , , batchIds]) => batchIds > 1),
        [],
        'in two batches',
      )
    },
  },
  {
    name: 'a socket that is cut and an origin that is not allowed are errors the app hears of, and nothing is lost',
    async run(scene) {
      for (const fault of [{ drop: 'before' }, { cors: 'none', status: 500 }] as const) {
        await scene.run.script({ steps: [fault] })
        const exporter = scene.startExporter({ maxRetries: 1, retryBaseDelay: 1 })
        const failed = collect<ExportError>((listener) => exporter.on('export:error', listener))
        exporter.addEvent('hello', fault)
        const [first] = await until(
          () => failed,
          ({ length }) => length > 0,
        )
        equal([first?.count, first?.queued], [1, true], 'what is said')
        isTrue((first?.error.message ?? '') !== '', 'the error says why', first?.error.name)
        await scene.run.script({ steps: [{}] })
        equal((await exporter.flush()).stored, 0, 'what is stored after')
      }
      equal(
        (await scene.run.ledger()).items.map(({ event }) => event),
        ['hello', 'hello'],
        'items',
      )
    },
  },
  {
    name: 'flush(), getTimeline() and destroy() settle in time against a server that never answers',
    async run(scene) {
      await scene.run.script({ steps: [{ delayMs: 600_000 }] })
      const exporter = scene.startExporter({ timeout: 1000 })
      exporter.addEvent('one')
      const began = performance.now()
      equal((await exporter.flush()).sent, 0, 'sent')
      equal((await exporter.getTimeline()).length, 1, 'items')
      await exporter.destroy()
      const tookMs = performance.now() - began
      isTrue(tookMs < 3500, 'two limits of 1000 ms each, and some grace', tookMs)
    },
  },
  {
    name: 'the worker alone stores and sends: the page opens no database and sends nothing, no beacon either',
    async run(scene) {
      const calls: string[] = []
      const restore = [
        watch(IDBFactory.prototype, 'open', calls),
        watch(XMLHttpRequest.prototype, 'send', calls),
        watch(Navigator.prototype, 'sendBeacon', calls),
        watch(window, 'fetch', calls),
      ]
      try {
        const call = scene.startCall()
        const exporter = scene.startExporter()
        await call.connect()
        exporter.addPeer({ peerId: 'alice', pc: call.alice })
        await until(scene.run.ledger, hasStats(4, 'alice'))
      } finally {
        for (const undo of restore) undo()
      }
      const theirs = calls.filter((made) => !made.endsWith('/ledger'))
      equal(theirs, [], 'what the page did itself')
    },
  },
  {
    name: 'gzip: every body is compressed where the browser can, and all of them are read',
    async run(scene) {
      const call = scene.startCall()
      const exporter = scene.startExporter({ compression: 'gzip' })
      await call.connect()
      exporter.addPeer({ peerId: 'alice', pc: call.alice })
      await until(scene.run.ledger, hasStats(4, 'alice'))
      await exporter.destroy()
      const posts = (await scene.run.requests()).filter(({ method }) => method === 'POST')
      const expected = typeof CompressionStream === 'undefined' ? null : 'gzip'
      const encodings = posts.map(({ headers }) => headers['content-encoding'] ?? null)
      equal([...new Set(encodings)], [expected], 'the encodings')
      const { missing, doubled } = await scene.run.ledger()
      equal([missing, doubled], [[], []], 'missing and doubled')
      // All together: one that has an event alone is hardly smaller.
      const bytes = posts.reduce((sum, post) => sum + post.bytes, 0)
      const bodies = (await scene.run.bodies()).map((body) => JSON.stringify(body)).join('')
      const jsonBytes = new TextEncoder().encode(bodies).byteLength
      isTrue(expected === null || bytes < jsonBytes / 2, 'it is smaller', [bytes, jsonBytes])
    },
  },
]
