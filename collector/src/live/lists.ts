// The lists of rooms and of sessions: all rows, again whenever one of them has changed.
import { setImmediate as breathe } from 'node:timers/promises'
import type { GroupKey, GroupSums, Sight } from '../store/store.ts'
import { eventOf } from './stream.ts'
import type { Look } from './stream.ts'
import type { RoomRow, SessionRow } from './views.ts'

export interface ListOptions {
  readonly sight: Pick<Sight, 'groups' | 'sums'>
  readonly now: () => number
  readonly idleTimeoutMs: number
  readonly search: string
}

const MAX_ROWS = 200
/** Then others have their turn. */
const SUMS_AT_ONCE = 10

export function lookAtRooms(options: ListOptions): Look {
  return lookAtRows('room', options, (rows) => eventOf('rooms', rows), roomRowOf)
}

export function lookAtSessions(options: ListOptions): Look {
  return lookAtRows('session', options, (rows) => eventOf('sessions', rows), sessionRowOf)
}

interface Rows<Row> {
  readonly rows: readonly Row[]
  readonly isAll: boolean
}

type RowOf<Row> = (id: string, sums: GroupSums, isLive: boolean) => Row

function lookAtRows<Row extends RoomRow | SessionRow>(
  kind: GroupKey['kind'],
  { sight, now, idleTimeoutMs, search }: ListOptions,
  eventWith: (rows: Rows<Row>) => string,
  rowOf: RowOf<Row>,
): Look {
  let known = new Map<string, { readonly version: string; readonly sums: GroupSums }>()
  let sent = ''
  return async function* () {
    const groups = await sight.groups(kind, search, MAX_ROWS + 1)
    const newer: typeof known = new Map()
    let asked = 0
    for (const { id, version } of groups.slice(0, MAX_ROWS)) {
      const same = known.get(id)?.version === version ? known.get(id) : undefined
      if (!same && (asked += 1) % SUMS_AT_ONCE === 0) await breathe()
      newer.set(id, same ?? { version, sums: await sight.sums({ kind, id }, idleTimeoutMs) })
    }
    known = newer
    const isLive = ({ liveAt }: GroupSums): boolean =>
      liveAt !== null && now() - liveAt < idleTimeoutMs
    const rows = [...known].map(([id, { sums }]) => rowOf(id, sums, isLive(sums)))
    const text = eventWith({
      rows: rows.toSorted((one, other) => other.endMs - one.endMs),
      isAll: groups.length <= MAX_ROWS,
    })
    if (text !== sent) yield text
    sent = text
    return true
  }
}

function roomRowOf(roomId: string, sums: GroupSums, isLive: boolean): RoomRow {
  const { firstAt, lastAt, sessionName, calls, participants, score, worstScore, worst } = sums
  return {
    ...{ roomId, isNamed: sessionName === null, startMs: firstAt, endMs: lastAt, isLive },
    ...{ calls, participants, score, worstScore, worst, freezes: sums.freezes },
  }
}

function sessionRowOf(sessionId: string, sums: GroupSums, isLive: boolean): SessionRow {
  const { firstAt, lastAt, sessionName, roomIds, peers, items } = sums
  return {
    ...{ sessionId, sessionName: sessionName ?? sessionId, roomIds, isLive, peers, items },
    ...{ startMs: firstAt, endMs: lastAt },
  }
}
