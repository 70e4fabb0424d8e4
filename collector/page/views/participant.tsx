// One of those who take part: which of its connections is shown, and that one.
import { useId } from 'preact/hooks'
import type { ConnectionView } from '../../src/live/views.ts'
import { chooseConnection } from '../choose-connection.ts'
import type { Go } from '../place.ts'
import { addressOf, groupRoute, listRoute } from '../route.ts'
import type { ParticipantRoute } from '../route.ts'
import { showClock } from '../ui/format.ts'
import { Empty } from '../ui/notice.tsx'
import { Pill } from '../ui/pill.tsx'
import { useGroup } from '../use-group.ts'
import { stateInWords } from '../words.ts'
import { Connection } from './connection.tsx'
import { Head } from './head.tsx'
import { statePill } from './state.ts'
import { Streamed } from './stream-notice.tsx'
import './participant.css'

/** What is shown of whom. */
export interface ParticipantViewProps {
  readonly route: ParticipantRoute
  /** To another of its connections. */
  readonly go: Go
}

/** The address says which connection; without one the newest that runs, else the longest. */
export function ParticipantView({ route, go }: ParticipantViewProps) {
  const { kind, id, participant, call } = route
  const { group, people, state } = useGroup(kind, id, call)
  const person = people.find((someone) => someone.participant === participant)
  const isLive = group?.isLive === true
  const shown = person ? chooseConnection(person.connections, route.connection, isLive) : null
  const lists = listRoute(kind === 'room' ? 'rooms' : 'sessions')
  const crumbs = [
    { text: kind === 'room' ? 'Rooms' : 'Sessions', href: addressOf(lists) },
    { text: id, href: addressOf(groupRoute(kind, id, call)) },
  ]
  const isRunning = isLive && shown?.state !== 'closed' && shown?.state !== 'removed'
  return (
    <>
      <Head title={person?.name ?? participant} crumbs={crumbs}>
        {shown && <Pill {...statePill(isRunning)} isLive />}
        {person?.name && person.name !== participant && <span class="quiet">{participant}</span>}
        {person && person.connections.length > 1 && shown && (
          <Connections
            connections={person.connections}
            shown={shown}
            onChoose={(connection) => go({ ...route, connection })}
          />
        )}
      </Head>
      {shown ? (
        // It says itself how its stream stands: both are lost together.
        <Connection key={shown.id} id={shown.id} isLive={isRunning} />
      ) : (
        <Streamed state={state}>
          {state.status === 'open' && group && people.length > 0 && (
            <Empty>Nobody of that name takes part in it.</Empty>
          )}
          {state.status === 'opening' && <Empty>Asking the collector …</Empty>}
        </Streamed>
      )}
    </>
  )
}

interface ConnectionsProps {
  readonly connections: readonly ConnectionView[]
  readonly shown: ConnectionView
  readonly onChoose: (id: number) => void
}

function Connections({ connections, shown, onChoose }: ConnectionsProps) {
  const id = useId()
  const inTime = connections.toSorted(
    (one, other) => one.firstAt - other.firstAt || one.id - other.id,
  )
  return (
    <div class="connections">
      <label for={id}>Connection</label>
      <select
        id={id}
        value={shown.id}
        onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}
      >
        {inTime.map((connection, at) => (
          <option key={connection.id} value={connection.id}>
            {nameOf(connection, at)}
          </option>
        ))}
      </select>
    </div>
  )
}

function nameOf({ pcId, firstAt, lastAt, state }: ConnectionView, at: number): string {
  const span = `${showClock(firstAt)} to ${showClock(lastAt)}`
  return `${pcId ?? at + 1}: ${span}, ${stateInWords(state).text}`
}
