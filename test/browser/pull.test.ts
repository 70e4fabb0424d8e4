// The worker is the master of time: it pulls, and a slow page slows the polling.
import { afterEach, describe, expect, it } from 'vitest'
import { WORKER_NAME } from '../../src/protocol.ts'
import { startCall, startExporter } from './lifetimes.ts'
import { createRun, until } from './run.ts'

const RealWorker = globalThis.Worker
afterEach(() => {
  globalThis.Worker = RealWorker
})

interface Posted {
  readonly [WORKER_NAME]?: { readonly type: string; readonly tick?: number | null }
}

/** Watches the channel between page and worker from outside. */
function watchChannel(): { pulls: number; answers: number; mostOutstanding: number } {
  const seen = { pulls: 0, answers: 0, mostOutstanding: 0 }
  globalThis.Worker = class extends RealWorker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given)
      this.addEventListener('message', ({ data }: MessageEvent<Posted>) => {
        if (data[WORKER_NAME]?.type !== 'pull') return
        seen.pulls++
        seen.mostOutstanding = Math.max(seen.mostOutstanding, seen.pulls - seen.answers)
      })
    }

    override postMessage(posted: Posted, ...rest: unknown[]): void {
      const message = posted[WORKER_NAME]
      if (message?.type === 'reports' && message.tick !== null) seen.answers++
      super.postMessage(posted, ...(rest as [Transferable[]]))
    }
  }
  return seen
}

function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

describe('pull', () => {
  it('a page that is blocked for 3 s at a time never has two pulls out, and loses nothing but the ticks', async () => {
    const seen = watchChannel()
    const run = createRun()
    const call = startCall()
    const exporter = startExporter({ url: run.url, getStatsInterval: 200 })
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    exporter.addPeer({ peerId: 'bob', pc: call.bob })
    await call.connect()
    await until(
      () => seen.answers,
      (answers) => answers >= 3,
    )
    for (let round = 0; round < 3; round++) {
      const before = seen.pulls
      exporter.addEvent('blocked', { round })
      block(3000)
      await until(
        () => seen.pulls,
        (pulls) => pulls >= before + 3,
      )
    }
    await exporter.destroy()
    expect(seen.mostOutstanding).toBe(1)
    const { missing, items } = await run.ledger()
    expect(missing).toEqual([])
    expect(items.filter(({ event }) => event === 'blocked').map(({ data }) => data)).toEqual([
      { round: 0 },
      { round: 1 },
      { round: 2 },
    ])
    expect(items).toHaveLength((await exporter.getTimeline()).length)
  })

  it('one message a tick carries the reports of all connections', async () => {
    const seen = watchChannel()
    const run = createRun()
    const exporter = startExporter({ url: run.url })
    for (let peer = 0; peer < 3; peer++) {
      exporter.addPeer({ peerId: `p${peer}`, pc: startCall().alice })
    }
    await until(
      () => seen.answers,
      (answers) => answers >= 4,
    )
    const answers = seen.answers
    await exporter.destroy()
    const stats = (await run.ledger()).items.filter(({ event }) => event === 'stats')
    // Three of each answer, and three last samples.
    expect(stats.length).toBeGreaterThanOrEqual(3 * answers)
    expect(stats.length).toBeLessThanOrEqual(3 * (seen.answers + 1))
  })
})
