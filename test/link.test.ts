import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Link } from '../src/link.ts'
import { Outbox } from '../src/outbox.ts'
import { WORKER_NAME } from '../src/protocol.ts'
import type { Raised, WorkerConfig } from '../src/protocol.ts'
import type { Engine } from '../src/spawn.ts'
import { PAGE } from './worker-config.ts'

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A link to engines that answer, or do not, as the test says. */
function create(isAlive: () => boolean, isOpen = true) {
  const raised: Raised[] = []
  const seen = { spawned: 0, terminated: 0, incarnations: [] as number[] }
  let asked = 0
  const endpoint = Object.assign(new EventTarget(), { postMessage() {} })
  const api = {
    async start(config: WorkerConfig) {
      seen.incarnations.push(config.incarnation)
    },
    hello: () => (asked++, isAlive() ? Promise.resolve(1) : new Promise(() => {})),
    flush: async () => ({ sent: 1, stored: 0 }),
  }
  const link = new Link({
    config: (incarnation) => ({ incarnation }) as WorkerConfig,
    listened: () => [],
    intervalMs: 2000,
    outbox: new Outbox(),
    async spawn() {
      seen.spawned++
      const terminate = (): void => void seen.terminated++
      return { place: 'worker', api, endpoint, terminate } as unknown as Engine
    },
    page: PAGE,
    tail: { take() {}, arm() {} },
    read: async () => {},
    giveUp() {},
    take: () => [],
    raise: (event) => raised.push(event),
  })
  if (isOpen) link.open()
  /** The engine pulls, and this has arrived. */
  const pull = (intervalMs: number): void => {
    const message = { type: 'pull', tick: 1, intervalMs, committed: [] }
    endpoint.dispatchEvent(new MessageEvent('message', { data: { [WORKER_NAME]: message } }))
  }
  return { link, seen, raised, pull, asked: () => asked }
}

const MINUTE_MS = 60_000

describe('link', () => {
  it('an engine that is silent and lives is left alone', async () => {
    const { link, seen, raised } = create(() => true)
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
    expect(seen).toEqual({ spawned: 1, terminated: 0, incarnations: [0] })
    expect(raised).toEqual([])
    expect(link.mode).toBe('worker')
    link.close()
  })

  it('an engine that does not answer is ended and started again, three times at most', async () => {
    const { link, seen, raised } = create(() => false)
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
    expect(seen).toEqual({ spawned: 4, terminated: 4, incarnations: [0, 1, 2, 3] })
    const said = raised.map((event) => event.name === 'error' && event.error.message)
    const again = 'the worker does not answer any more: it is started again'
    const over = 'the worker does not answer any more: nothing is exported any more'
    expect(said).toEqual([again, again, again, over])
    expect(link.mode).toBe('none')
    link.close()
  })

  it('an engine that has said it will be silent for long is not asked meanwhile', async () => {
    vi.stubGlobal('document', { hidden: false })
    const { link, pull, asked } = create(() => true)
    expect(link.intervalMs).toBe(2000)
    await vi.advanceTimersByTimeAsync(0)
    pull(MINUTE_MS)
    await vi.advanceTimersByTimeAsync(MINUTE_MS)
    expect(asked()).toBe(0)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked()).toBe(1)
    link.close()
  })

  it('a link that is not opened has no engine, and answers at once', async () => {
    const { link, seen } = create(() => true, false)
    link.tell({ type: 'pause' })
    expect(link.mode).toBe('off')
    expect(await link.ask(MINUTE_MS, 'nothing', async (api) => api.flush(0))).toBe('nothing')
    await vi.advanceTimersByTimeAsync(MINUTE_MS)
    expect(seen.spawned).toBe(0)
    link.close()
  })

  it('a question to an engine that is gone has its fallback, at once', async () => {
    const { link } = create(() => false)
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
    expect(await link.ask(1000, 'nothing', async (api) => api.flush(0))).toBe('nothing')
    link.close()
  })

  it('nothing is started again after close()', async () => {
    const { link, seen } = create(() => false)
    await vi.advanceTimersByTimeAsync(0)
    link.close()
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
    expect(seen.spawned).toBe(1)
  })
})
