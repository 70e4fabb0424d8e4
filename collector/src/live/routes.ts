// The streams that the live page is made of. Each begins with all there is, and goes on with what is new.
import { Hono } from 'hono'
import type { AgentOf, RoomRecord } from '../rooms/record.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { KeptConnection, Sight } from '../store/store.ts'
import { viewOf } from './connection-view.ts'
import { groupOf } from './group.ts'
import { roomRowsOf, sessionRowsOf } from './lists.ts'
import type { Look, Send, Streams } from './stream.ts'
import type { GroupView } from './views.ts'

export interface LiveParts {
  readonly sight: Sight
  readonly rooms: Pick<Rooms, 'records'>
  readonly agentOf: AgentOf
  readonly streams: Streams
  readonly idleTimeoutMs: number
  /** ms since the Unix epoch. */
  readonly now: () => number
}

/** Of a list nobody reads more than changes in so long. */
const LIST_MS = 2000
const GROUP_MS = 1000
const CONNECTION_MS = 500
/** Rows of a list. */
const MAX_ROWS = 200
/** Of a connection, in one event. */
const MAX_MOMENTS = 250

export function createLive(parts: LiveParts): Hono {
  const { sight, agentOf, streams, idleTimeoutMs, now } = parts
  const live = new Hono()

  live.get('/rooms', (context) => {
    const search = context.req.query('q') ?? ''
    return streams.open(
      context,
      LIST_MS,
      sendingRows('rooms', search, (connections) =>
        roomRowsOf(connections, { now: now(), idleTimeoutMs }),
      ),
    )
  })

  live.get('/sessions', (context) => {
    const search = context.req.query('q') ?? ''
    return streams.open(
      context,
      LIST_MS,
      sendingRows('sessions', search, (connections) =>
        sessionRowsOf(connections, { now: now(), idleTimeoutMs }),
      ),
    )
  })

  live.get('/rooms/:id', (context) => {
    const call = callIn(context.req.query('call'))
    return streams.open(context, GROUP_MS, sendingGroup('room', context.req.param('id'), call))
  })

  live.get('/sessions/:id', (context) => {
    const call = callIn(context.req.query('call'))
    return streams.open(context, GROUP_MS, sendingGroup('session', context.req.param('id'), call))
  })

  live.get('/connections/:id', (context) => {
    const id = Number(context.req.param('id'))
    const isId = Number.isSafeInteger(id)
    return streams.open(
      context,
      CONNECTION_MS,
      isId ? sendingConnection(id) : async (send) => gone(send, 'connection'),
    )
  })

  function sendingRows<Name extends 'rooms' | 'sessions', Row>(
    name: Name,
    search: string,
    rowsOf: (connections: readonly KeptConnection[]) => readonly Row[],
  ): Look {
    let sent = ''
    return async (send) => {
      const rows = rowsOf(await sight.connections({ kind: 'newest', search }))
      const data = { rows: rows.slice(0, MAX_ROWS), isAll: rows.length <= MAX_ROWS }
      const text = JSON.stringify(data)
      if (text !== sent) await send(name, data as never)
      sent = text
      return true
    }
  }

  function sendingGroup(kind: GroupView['kind'], id: string, call: number | null): Look {
    const sent = new Map<number, string>()
    let head = ''
    return async (send) => {
      const kept = await sight.connections({ kind, id })
      const records = (): Promise<RoomRecord[]> => recordsOf(id)
      const at = { now: now(), idleTimeoutMs }
      const group = await groupOf(kept, { kind, id, call, records, ...at })
      if (!group) return gone(send, kind)
      const text = JSON.stringify(group.view)
      if (text !== head) await send('group', group.view)
      const isFirst = head === ''
      head = text
      const views = group.connections.map((connection) => viewOf(connection, agentOf))
      const changed = views.filter((view) => {
        const its = JSON.stringify(view)
        const isSame = sent.get(view.id) === its
        sent.set(view.id, its)
        return !isSame
      })
      if (changed.length > 0) await send('connections', changed)
      if (isFirst) await send('caught-up', null)
      return true
    }
  }

  async function recordsOf(roomId: string): Promise<RoomRecord[]> {
    const held = parts.rooms.records(roomId)
    if (held.length > 0) return held
    return (await sight.records(roomId)).map((json) => JSON.parse(json) as RoomRecord)
  }

  function sendingConnection(id: number): Look {
    let after = 0
    let head = ''
    let isCaughtUp = false
    return async (send) => {
      const kept = await sight.connection(id)
      if (!kept) return gone(send, 'connection')
      const view = viewOf(kept, agentOf)
      const text = JSON.stringify(view)
      if (text !== head) await send('connection', view)
      head = text
      const until = await sight.last()
      const beside = await sight.beside(id)
      for (;;) {
        const moments = await sight.moments(beside, after, until, MAX_MOMENTS)
        if (moments.length > 0) await send('moments', moments)
        after = moments.at(-1)?.id ?? until
        if (moments.length < MAX_MOMENTS) break
      }
      if (!isCaughtUp) await send('caught-up', null)
      isCaughtUp = true
      return true
    }
  }

  return live
}

async function gone(send: Send, what: string): Promise<false> {
  await send('gone', { reason: `There is no such ${what}, or not any more.` })
  return false
}

function callIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}
