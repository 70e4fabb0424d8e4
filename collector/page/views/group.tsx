// A room or a session: how the call is, and who in it has the trouble.
import type { Go } from '../place.ts'
import { addressOf, listRoute } from '../route.ts'
import type { GroupRoute } from '../route.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/notice.tsx'
import { Pill } from '../ui/pill.tsx'
import { useGroup } from '../use-group.ts'
import { Calls } from './calls.tsx'
import { Head } from './head.tsx'
import { People } from './people.tsx'
import { RoomFigures } from './room-figures.tsx'
import { SessionParts } from './session-parts.tsx'
import { SessionLinks } from './session-links.tsx'
import { statePill } from './state.ts'
import { Streamed } from './stream-notice.tsx'
import './group.css'

/** What is shown, and the way to something else. */
export interface GroupViewProps {
  readonly route: GroupRoute
  readonly go: Go
}

/** Both are followed while the call runs. */
export function GroupView({ route, go }: GroupViewProps) {
  const { kind, id, call } = route
  const { group, people, behindMs, state, again } = useGroup(kind, id, call)
  const lists = listRoute(kind === 'room' ? 'rooms' : 'sessions')
  const crumbs = [{ text: kind === 'room' ? 'Rooms' : 'Sessions', href: addressOf(lists) }]
  return (
    <>
      <Head title={id} crumbs={crumbs}>
        {group && <Pill {...statePill(group.isLive)} isLive />}
        {kind === 'session' && group && group.name !== id && <span>{group.name}</span>}
      </Head>
      <Streamed state={state}>
        {state.status === 'gone' && <Button onPress={again}>Look again</Button>}
        {!group && state.status === 'opening' && <Empty>Asking the collector …</Empty>}
        {group && (
          <div class="stack">
            <RoomFigures group={group} participants={people.length} />
            <Calls route={route} calls={group.calls} shown={group.call} />
            <People {...{ route, go, people, behindMs, isLive: group.isLive }} />
            {kind === 'room' ? (
              <SessionLinks ids={group.sessionIds} />
            ) : (
              <SessionParts route={route} people={people} behindMs={behindMs} />
            )}
          </div>
        )}
      </Streamed>
    </>
  )
}
