// One of those who take part: what happened to it, and its numbers over time.
import type { Go } from '../place.ts'
import { addressOf, groupRoute, listRoute } from '../route.ts'
import type { ParticipantRoute } from '../route.ts'
import { Empty } from '../ui/notice.tsx'
import { Head } from './head.tsx'

/** What is shown of whom. */
export interface ParticipantViewProps {
  readonly route: ParticipantRoute
  /** To another of its connections. */
  readonly go: Go
}

/** A place for it. */
export function ParticipantView({ route }: ParticipantViewProps) {
  const { kind, id, participant, call } = route
  const crumbs = [
    {
      text: kind === 'room' ? 'Rooms' : 'Sessions',
      href: addressOf(listRoute(kind === 'room' ? 'rooms' : 'sessions')),
    },
    { text: id, href: addressOf(groupRoute(kind, id, call)) },
  ]
  return (
    <>
      <Head title={participant} crumbs={crumbs} />
      <Empty>Nothing is shown of it yet.</Empty>
    </>
  )
}
