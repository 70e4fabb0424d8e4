// What is stored outlives its exporter and its page, and goes when it is told to.
import { equal, isTrue } from './assert.ts'
import { keysOnDisk, locksHeld } from './disk.ts'
import { pause, until } from '../../run.ts'
import type { Check } from './scene.ts'

const REFUSED = { status: 503 }

export const STORE_CHECKS: readonly Check[] = [
  {
    name: 'flush() and destroy() send all there is, and getTimeline() has it, also after the end',
    async run(scene) {
      const exporter = scene.startExporter({ flushInterval: 60_000 })
      exporter.addEvent('one')
      exporter.addEvent('two', { deep: [1] })
      equal(await exporter.flush(), { sent: 2, stored: 0 }, 'what flush() says')
      exporter.addEvent('three')
      const destroyed = exporter.destroy()
      isTrue(exporter.destroy() === destroyed, 'destroy() is idempotent')
      await destroyed
      const timeline = await exporter.getTimeline()
      const expected = ['one', 'two', 'three']
      equal(
        timeline.map(({ event }) => event),
        expected,
        'the timeline',
      )
      const { items } = await scene.run.ledger()
      equal(
        items.map(({ event }) => event),
        expected,
        'what arrived',
      )
    },
  },
  {
    name: 'what is not sent lies in IndexedDB, and the next exporter sends it under the name of the first',
    async run(scene) {
      await scene.run.script({ steps: [REFUSED] })
      const call = scene.startCall()
      const first = scene.startExporter({ timeout: 2000 })
      first.addPeer({ peerId: 'alice', pc: call.alice })
      await call.connect()
      await until(
        () => first.getTimeline(),
        (items) => items.filter(({ event }) => event === 'stats').length >= 3,
      )
      await first.destroy()
      const captured = await first.getTimeline()
      equal((await scene.run.ledger()).kept, 0, 'what arrived before')
      const kinds = new Set((await keysOnDisk(scene.run.url)).map(([kind]) => kind))
      isTrue(kinds.has('b') && kinds.has('p'), 'batches and their producer are there', [...kinds])
      await scene.run.script({ steps: [{}] })
      scene.startExporter()
      const ledger = await until(scene.run.ledger, ({ kept }) => kept >= captured.length)
      equal([ledger.missing, ledger.doubled], [[], []], 'missing and doubled')
      const sessions = new Set(ledger.items.map(({ sessionId }) => sessionId))
      equal([...sessions], [first.sessionId], 'whose they are')
      const left = await until(
        () => keysOnDisk(scene.run.url),
        (keys) => keys.every(([kind]) => kind === 'p' || kind === 'm'),
      )
      isTrue(left.length > 0, 'the books stay')
    },
  },
  {
    name: 'a page that goes away without a goodbye is not lost: its lock is free, and the next one sends',
    async run(scene) {
      await scene.run.script({ steps: [REFUSED] })
      const told = new Promise<string>((resolve) => {
        const hear = ({ data }: MessageEvent<{ sessionId?: string }>): void => {
          if (data.sessionId) resolve(data.sessionId)
        }
        window.addEventListener('message', hear)
      })
      const remove = scene.startFrame(`leaver.html?url=${encodeURIComponent(scene.run.url)}`)
      const sessionId = await told
      isTrue((await locksHeld(scene.run.url)).length > 0, 'it holds a lock while it lives')
      remove()
      await until(
        () => locksHeld(scene.run.url),
        ({ length }) => length === 0,
      )
      await scene.run.script({ steps: [{}] })
      scene.startExporter()
      // What its page sent when it went may come first.
      const { items } = await until(scene.run.ledger, (ledger) =>
        ledger.items.some(({ event }) => event === 'left behind'),
      )
      const item = items.find(({ event }) => event === 'left behind')
      equal(item?.sessionId, sessionId, 'whose it is')
    },
  },
  {
    name: 'two exporters at one endpoint keep to their own: each item arrives once, under its own session',
    async run(scene) {
      const exporters = ['one', 'two'].map((sessionName) => scene.startExporter({ sessionName }))
      for (let n = 0; n < 30; n++) {
        for (const exporter of exporters) exporter.addEvent('mark', { n })
        await pause(20)
      }
      await Promise.all(exporters.map((exporter) => exporter.destroy()))
      const { items, doubled, missing } = await scene.run.ledger()
      equal([items.length, doubled, missing], [60, [], []], 'items, doubled, missing')
      for (const { sessionId } of exporters) {
        const its = items.filter((item) => item.sessionId === sessionId)
        equal([its.length, new Set(its.map(({ producer }) => producer)).size], [30, 1], sessionId)
      }
      // WebKit takes a moment to end a worker.
      await until(
        () => locksHeld(scene.run.url),
        ({ length }) => length === 0,
      )
    },
  },
  {
    name: 'clear() forgets what is stored',
    async run(scene) {
      await scene.run.script({ steps: [REFUSED] })
      const exporter = scene.startExporter({ retryBaseDelay: 60_000, retryMaxDelay: 60_000 })
      exporter.addEvent('secret')
      equal(await exporter.flush(), { sent: 0, stored: 1 }, 'what flush() says')
      await exporter.clear()
      await scene.run.script({ steps: [{}] })
      await exporter.flush()
      const { items } = await scene.run.ledger()
      const told = items.map(({ event, data }) => ({ event, data }))
      const loss = { event: 'dropped', data: { reason: 'cleared', count: 1 } }
      equal(told, [loss], 'what arrived')
      const kinds = (await keysOnDisk(scene.run.url)).map(([kind]) => kind)
      isTrue(!kinds.includes('b') && !kinds.includes('i'), 'nothing lies on the disk', kinds)
    },
  },
]
