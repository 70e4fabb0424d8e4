// A list of the collector, as it stands now.
import { useEffect, useState } from 'preact/hooks'
import type { RoomRow, SessionRow } from '../src/live/views.ts'
import { follow } from './follow.ts'
import type { FollowState } from './follow.ts'
import { keepSame } from './keep.ts'

/** What is known of a list. */
export interface Listed<Row> {
  /** Null until the first came. */
  readonly rows: readonly Row[] | null
  /** Whether there are no more than those. */
  readonly isAll: boolean
  readonly state: FollowState
}

const NOTHING = { rows: null, isAll: true, state: { status: 'opening' } } as const

/** Those in whose names `search` stands. */
export function useRoomRows(search: string): Listed<RoomRow> {
  const [listed, setListed] = useState<Listed<RoomRow>>(NOTHING)
  useEffect(
    () =>
      follow(
        withSearch('live/rooms', search),
        { rooms: ({ rows, isAll }) => setListed(renewed(rows, isAll, ({ roomId }) => roomId)) },
        { onState: (state) => setListed((before) => ({ ...before, state })) },
      ),
    [search],
  )
  return listed
}

/** Those in whose names `search` stands. */
export function useSessionRows(search: string): Listed<SessionRow> {
  const [listed, setListed] = useState<Listed<SessionRow>>(NOTHING)
  useEffect(
    () =>
      follow(
        withSearch('live/sessions', search),
        {
          sessions: ({ rows, isAll }) =>
            setListed(renewed(rows, isAll, ({ sessionId }) => sessionId)),
        },
        { onState: (state) => setListed((before) => ({ ...before, state })) },
      ),
    [search],
  )
  return listed
}

function renewed<Row>(rows: readonly Row[], isAll: boolean, keyOf: (row: Row) => string) {
  return (before: Listed<Row>): Listed<Row> => ({
    ...before,
    rows: keepSame(before.rows ?? [], rows, keyOf),
    isAll,
  })
}

function withSearch(address: string, search: string): string {
  return search === '' ? address : `${address}?${new URLSearchParams({ q: search })}`
}
