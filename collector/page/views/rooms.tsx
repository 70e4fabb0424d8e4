// All rooms: which calls run now, and which were bad.
import type { RoomRow } from '../../src/live/views.ts'
import type { Go } from '../place.ts'
import { addressOf, groupRoute } from '../route.ts'
import type { ListRoute } from '../route.ts'
import { showCount, showDuration, showTime } from '../ui/format.ts'
import { Pill } from '../ui/pill.tsx'
import { classOf, Score } from '../ui/score.tsx'
import type { Column } from '../ui/sortable-table.tsx'
import { useRoomRows } from '../use-rows.ts'
import { List } from './list.tsx'
import { stateOrder, statePill } from './state.ts'

/** What is shown, and the way to something else. */
export interface RoomsViewProps {
  readonly route: ListRoute
  readonly go: Go
}

/** A row a room, of the newest call in it. */
export function RoomsView({ route, go }: RoomsViewProps) {
  const { rows, isAll, state } = useRoomRows(route.search)
  return (
    <List
      title="Rooms"
      what="rooms"
      {...{ route, go, rows, isAll, state, summaryOf }}
      columns={COLUMNS}
      keyOf={({ roomId }) => roomId}
    />
  )
}

/** `2 calls run now: 1 good, 1 poor.` */
function summaryOf(rows: readonly RoomRow[]): string {
  const live = rows.filter(({ isLive }) => isLive)
  if (live.length === 0) return 'No call runs now.'
  const counts = new Map<string, number>()
  for (const { score } of live) {
    const word = score === null ? 'not rated' : classOf(score).word
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const words = [...counts].map(([word, count]) => `${showCount(count)} ${word}`).join(', ')
  return `${live.length === 1 ? '1 call runs' : `${showCount(live.length)} calls run`} now: ${words}.`
}

const COLUMNS: readonly Column<RoomRow>[] = [
  {
    key: 'room',
    title: 'Room',
    sortBy: ({ roomId }) => roomId,
    cell: ({ roomId, isNamed }) => (
      <>
        <a href={addressOf(groupRoute('room', roomId))}>{roomId}</a>
        {!isNamed && <span class="note"> no room of its own</span>}
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
    key: 'score',
    title: 'Score',
    sortBy: ({ score }) => score,
    cell: ({ score }) => <Score score={score} />,
  },
  {
    key: 'worst',
    title: 'Worst participant',
    sortBy: ({ worstScore }) => worstScore,
    cell: ({ worstScore, worst }) => (
      <>
        <Score score={worstScore} />
        {worst !== null && <span class="worst short note">{worst}</span>}
      </>
    ),
  },
  {
    key: 'freezes',
    title: 'Freezes',
    isNumber: true,
    isGreatestFirst: true,
    sortBy: ({ freezes }) => freezes,
    cell: ({ freezes }) => showCount(freezes),
  },
  {
    key: 'participants',
    title: 'Participants',
    isNumber: true,
    isGreatestFirst: true,
    sortBy: ({ participants }) => participants,
    cell: ({ participants }) => showCount(participants),
  },
  {
    key: 'calls',
    title: 'Calls',
    isNumber: true,
    isGreatestFirst: true,
    sortBy: ({ calls }) => calls,
    cell: ({ calls }) => showCount(calls),
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
