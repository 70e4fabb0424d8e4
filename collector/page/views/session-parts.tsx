// What a session is made of: who sent it and how whole it is, and its connections.
import { useMemo, useState } from 'preact/hooks'
import type { ConnectionView } from '../../src/live/views.ts'
import type { Person } from '../people.ts'
import { addressOf, groupRoute } from '../route.ts'
import type { GroupRoute } from '../route.ts'
import { clientOf, droppedInWords, queueInWords, sendersOf } from '../senders.ts'
import { Card } from '../ui/card.tsx'
import { Facts } from '../ui/facts.tsx'
import { showCount, showTime, UNKNOWN } from '../ui/format.ts'
import { Pill } from '../ui/pill.tsx'
import { Score } from '../ui/score.tsx'
import { SortableTable } from '../ui/sortable-table.tsx'
import type { Column } from '../ui/sortable-table.tsx'
import type { Sort } from '../ui/sort.ts'
import { stateInWords } from '../words.ts'
import { Ago } from './ago.tsx'
import { Downloads } from './downloads.tsx'

/** Of which session, and what it has. */
export interface SessionPartsProps {
  readonly route: GroupRoute
  readonly people: readonly Person[]
  /** As of the collector's clock. */
  readonly behindMs: number
}

const BY_START: Sort = { key: 'first', isDescending: false }

/** Connections are a table; each sender has a card of facts. */
export function SessionParts({ route, people, behindMs }: SessionPartsProps) {
  const [sort, setSort] = useState(BY_START)
  const { id, call } = route
  const connections = useMemo(() => people.flatMap((person) => person.connections), [people])
  const columns = useMemo(() => columnsOf(id, call), [id, call])
  const senders = sendersOf(connections)
  const rooms = [...new Set(connections.map(({ roomId }) => roomId))]
  return (
    <>
      <Card title="Connections">
        <SortableTable
          caption="Each connection"
          columns={columns}
          rows={connections}
          keyOf={(connection) => connection.id}
          sort={sort}
          onSort={setSort}
        />
      </Card>
      <div class="cards">
        <Card title={rooms.length === 1 ? 'Room' : 'Rooms'}>
          <ul class="lines">
            {rooms.map((roomId) => (
              <li key={roomId}>
                <a href={addressOf(groupRoute('room', roomId))}>{roomId}</a>
              </li>
            ))}
          </ul>
        </Card>
        {senders.map((sender) => (
          <Card key={sender.key} title={clientOf(sender) ?? 'Unknown client'}>
            <Facts
              facts={[
                { name: 'Exporter', value: sender.producer ?? 'none: plain bodies' },
                { name: 'Version of the SDK', value: sender.sdkVersion ?? UNKNOWN },
                { name: 'Items', value: showCount(sender.items) },
                {
                  name: 'Missing',
                  value: showCount(sender.missing),
                  tone: sender.missing > 0 ? 'wait' : undefined,
                },
                { name: 'Dropped by the client', value: droppedInWords(sender) || '0' },
                { name: 'Queue of the client', value: queueInWords(sender) ?? UNKNOWN },
                { name: 'Heard of', value: <Ago timeMs={sender.receivedAt} behindMs={behindMs} /> },
              ]}
            />
          </Card>
        ))}
        <Downloads id={id} />
      </div>
    </>
  )
}

function columnsOf(id: string, call: number | null): readonly Column<ConnectionView>[] {
  return [
    {
      key: 'connection',
      title: 'Connection',
      sortBy: ({ pcId, peerId }) => pcId ?? peerId,
      cell: ({ id: connection, pcId, peerId, participant }) => (
        <a
          href={addressOf({
            ...{ view: 'participant', kind: 'session', id, participant, call, connection },
          })}
        >
          {pcId ?? peerId}
        </a>
      ),
    },
    {
      key: 'peer',
      title: 'Peer',
      sortBy: ({ peerName, peerId }) => peerName ?? peerId,
      cell: ({ peerName, peerId }) => peerName ?? peerId,
    },
    {
      key: 'room',
      title: 'Room',
      sortBy: ({ roomId }) => roomId,
      cell: ({ roomId }) => <a href={addressOf(groupRoute('room', roomId))}>{roomId}</a>,
    },
    {
      key: 'state',
      title: 'State',
      sortBy: ({ state }) => stateInWords(state).text,
      cell: ({ state }) => <Pill {...stateInWords(state)} />,
    },
    {
      key: 'score',
      title: 'Score',
      sortBy: ({ score }) => score,
      cell: ({ score }) => <Score score={score} />,
    },
    {
      key: 'polls',
      title: 'Polls',
      isNumber: true,
      isGreatestFirst: true,
      sortBy: ({ polls }) => polls,
      cell: ({ polls }) => showCount(polls),
    },
    {
      key: 'events',
      title: 'Events',
      isNumber: true,
      isGreatestFirst: true,
      sortBy: ({ events }) => events,
      cell: ({ events }) => showCount(events),
    },
    {
      key: 'first',
      title: 'First item',
      sortBy: ({ firstAt }) => firstAt,
      cell: ({ firstAt }) => showTime(firstAt, Date.now()),
    },
    {
      key: 'last',
      title: 'Last item',
      isGreatestFirst: true,
      sortBy: ({ lastAt }) => lastAt,
      cell: ({ lastAt }) => showTime(lastAt, Date.now()),
    },
  ]
}
