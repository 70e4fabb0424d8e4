// All sessions: what was sent by which page, and in which rooms it was.
import type { SessionRow } from '../../src/live/views.ts'
import type { Go } from '../place.ts'
import { addressOf, groupRoute } from '../route.ts'
import type { ListRoute } from '../route.ts'
import { showCount, showDuration, showTime } from '../ui/format.ts'
import { Pill } from '../ui/pill.tsx'
import type { Column } from '../ui/sortable-table.tsx'
import { useSessionRows } from '../use-rows.ts'
import { List } from './list.tsx'
import { stateOrder, statePill } from './state.ts'

/** What is shown, and the way to something else. */
export interface SessionsViewProps {
  readonly route: ListRoute
  readonly go: Go
}

/** A row a session. */
export function SessionsView({ route, go }: SessionsViewProps) {
  const { rows, isAll, state } = useSessionRows(route.search)
  return (
    <List
      title="Sessions"
      what="sessions"
      {...{ route, go, rows, isAll, state, summaryOf }}
      columns={COLUMNS}
      keyOf={({ sessionId }) => sessionId}
    />
  )
}

function summaryOf(rows: readonly SessionRow[]): string {
  const live = rows.filter(({ isLive }) => isLive).length
  return live === 0
    ? 'None runs now.'
    : `${showCount(live)} of them ${live === 1 ? 'runs' : 'run'} now.`
}

/** Of the rooms of one session: nobody goes through more. */
const MAX_ROOMS = 3

const COLUMNS: readonly Column<SessionRow>[] = [
  {
    key: 'session',
    title: 'Session',
    sortBy: ({ sessionId }) => sessionId,
    cell: ({ sessionId, sessionName }) => (
      <>
        <a href={addressOf(groupRoute('session', sessionId))}>{sessionId}</a>
        {sessionName !== sessionId && <span class="note"> {sessionName}</span>}
      </>
    ),
  },
  {
    key: 'state',
    title: 'State',
    isGreatestFirst: true,
    sortBy: stateOrder,
    cell: ({ isLive }) => <Pill {...statePill(isLive)} />,
  },
  {
    key: 'rooms',
    title: 'Rooms',
    sortBy: ({ roomIds }) => roomIds[0] ?? null,
    cell: ({ roomIds }) => (
      <>
        {roomIds.slice(0, MAX_ROOMS).map((roomId, at) => (
          <span key={roomId}>
            {at > 0 && ', '}
            <a class="short" href={addressOf(groupRoute('room', roomId))}>
              {roomId}
            </a>
          </span>
        ))}
        {roomIds.length > MAX_ROOMS && ` and ${showCount(roomIds.length - MAX_ROOMS)} more`}
      </>
    ),
  },
  {
    key: 'peers',
    title: 'Peers',
    isNumber: true,
    isGreatestFirst: true,
    sortBy: ({ peers }) => peers,
    cell: ({ peers }) => showCount(peers),
  },
  {
    key: 'items',
    title: 'Items',
    isNumber: true,
    isGreatestFirst: true,
    sortBy: ({ items }) => items,
    cell: ({ items }) => showCount(items),
  },
  {
    key: 'started',
    title: 'Started',
    isGreatestFirst: true,
    sortBy: ({ startMs }) => startMs,
    cell: ({ startMs }) => showTime(startMs, Date.now()),
  },
  {
    key: 'duration',
    title: 'Duration',
    isNumber: true,
    isGreatestFirst: true,
    sortBy: ({ startMs, endMs }) => endMs - startMs,
    cell: ({ startMs, endMs }) => showDuration((endMs - startMs) / 1000),
  },
]
