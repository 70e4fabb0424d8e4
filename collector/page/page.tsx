// The frame of the live page, and which view is in it.
import { useEffect, useState } from 'preact/hooks'
import type { RoomRow } from '../src/live/views.ts'
import { follow } from './follow.ts'

export function Page() {
  const [rows, setRows] = useState<readonly RoomRow[]>([])
  useEffect(() => follow('live/rooms', { rooms: ({ rows: newer }) => setRows(newer) }), [])
  return (
    <main>
      <h1>Rooms</h1>
      <ul>
        {rows.map(({ roomId, participants }) => (
          <li key={roomId}>
            {roomId}: {participants}
          </li>
        ))}
      </ul>
    </main>
  )
}
