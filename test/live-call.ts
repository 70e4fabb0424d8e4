// A collector in this process, with what the tests of the live page send it and ask it for.
import { createCollector } from '../collector/src/index.ts'
import type { Collector, CollectorOptions } from '../collector/src/index.ts'
import type { ConnectionView, GroupView, Moment } from '../collector/src/live/views.ts'
import type { Batch, Item } from '../src/wire.ts'
import { batchOf, itemOf } from './batches.ts'
import { dataOf, following } from './following.ts'
import type { Following } from './following.ts'

export interface LiveCall {
  readonly collector: Collector
  readonly post: (items: readonly Item[], more?: Partial<Batch>) => Promise<void>
  readonly get: (path: string, init?: RequestInit) => Promise<Response>
  readonly follow: (path: string) => Promise<Following>
  /** What a stream begins with; of `/live/rooms/:id` and `/live/sessions/:id`. */
  readonly group: (
    path: string,
  ) => Promise<{ view: GroupView | undefined; connections: ConnectionView[] }>
  readonly moments: (id: number) => Promise<Moment[]>
}

export async function openCall(options: Partial<CollectorOptions> = {}): Promise<LiveCall> {
  const collector = await createCollector({ log: () => {}, maxRequestsPerSec: 1e6, ...options })
  const get: LiveCall['get'] = async (path, init) =>
    collector.fetch(new Request(`http://collector.test${path}`, init))
  const follow: LiveCall['follow'] = async (path) => following(await get(path))
  const begin = async (path: string) => {
    const stream = await follow(path)
    const told = await stream.caughtUp()
    await stream.leave()
    return told
  }
  return {
    ...{ collector, get, follow },
    async post(items, more) {
      const body = JSON.stringify(batchOf(items, more))
      const answer = await get('/ingest', { method: 'POST', body })
      if (answer.status !== 200) throw new Error(await answer.text())
    },
    async group(path) {
      const told = await begin(path)
      const connections = new Map<number, ConnectionView>()
      for (const one of dataOf(told, 'connections').flat()) connections.set(one.id, one)
      return { view: dataOf(told, 'group').at(-1), connections: [...connections.values()] }
    },
    async moments(id) {
      return dataOf(await begin(`/live/connections/${id}`), 'moments').flat()
    },
  }
}

export const T0 = Date.parse('2026-03-01T12:00:00.000Z')
export const timeAt = (ms: number): string => new Date(T0 + ms).toISOString()

/** The facts of a batch, but for its room and its user. */
export function clientIn(roomId: string, userId: string | null = null): Partial<Batch> {
  return { client: { ...batchOf([]).client, roomId, userId } }
}

/** A poll of one inbound video that stood for a tenth of the time by each freeze, with a score where one is given. */
export function pollItem(
  seq: number,
  { score = null, freezes = 0 }: { score?: number | null; freezes?: number } = {},
  more: Partial<Item> = {},
): Item {
  const stat = { id: 'in', type: 'inbound-rtp', timestamp: 1, kind: 'video' }
  const rated = { audio: {}, video: {}, audioMos: {}, videoScore: {}, muted: [], callSetupMs: null }
  const data = {
    video: { inbound: [stat], outbound: [] },
    metrics: { in: { intervalSec: 1, freezeCountDelta: freezes, freezePct: 10 * freezes } },
    ...(score !== null && { quality: { ...rated, score } }),
  }
  return itemOf(seq, { event: 'stats', tag: 'stats', timestamp: timeAt(1000 * seq), data, ...more })
}

export function stateItem(seq: number, state: string, more: Partial<Item> = {}): Item {
  const event = { event: 'connectionStateChange', tag: 'connection', data: { state } } as const
  return itemOf(seq, { ...event, timestamp: timeAt(1000 * seq), ...more })
}
