// The streams that the live page is made of. Each begins with all there is, and goes on with what is new.
import { Hono } from 'hono'
import type { AgentOf } from '../rooms/record.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { GroupKey, Sight } from '../store/store.ts'
import { lookAtConnection } from './connection.ts'
import { lookAtGroup } from './group.ts'
import { lookAtRooms, lookAtSessions } from './lists.ts'
import { createRecords } from './records.ts'
import type { Look, Streams } from './stream.ts'

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
/** A text is looked for in all names that there are. */
const SEARCH_MS = 10_000
const GROUP_MS = 1000
const CONNECTION_MS = 500

export function createLive({ rooms, streams, ...parts }: LiveParts): Hono {
  const { sight, agentOf, now } = parts
  const recordsOf = createRecords({ rooms, sight, now })
  const live = new Hono()

  live.get('/rooms', (context) => {
    const search = context.req.query('q') ?? ''
    return streams.open(context, listMs(search), lookAtRooms({ ...parts, search }))
  })

  live.get('/sessions', (context) => {
    const search = context.req.query('q') ?? ''
    return streams.open(context, listMs(search), lookAtSessions({ ...parts, search }))
  })

  live.get('/rooms/:id', (context) => {
    const { id } = context.req.param()
    return streams.open(
      context,
      GROUP_MS,
      groupLook({ kind: 'room', id }, context.req.query('call')),
    )
  })

  live.get('/sessions/:id', (context) => {
    const { id } = context.req.param()
    return streams.open(
      context,
      GROUP_MS,
      groupLook({ kind: 'session', id }, context.req.query('call')),
    )
  })

  live.get('/connections/:id', (context) => {
    // There is none of the number -1.
    const id = numberIn(context.req.param('id')) ?? -1
    return streams.open(context, CONNECTION_MS, lookAtConnection(sight, id, agentOf))
  })

  function groupLook(group: GroupKey, call: string | undefined): Look {
    return lookAtGroup({ ...parts, group, wanted: numberIn(call), recordsOf })
  }

  return live
}

function listMs(search: string): number {
  return search === '' ? LIST_MS : SEARCH_MS
}

function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}
