// The frame of the live page, and which view is in it.
import { useEffect, useRef } from 'preact/hooks'
import { usePlace } from './place.ts'
import type { Go } from './place.ts'
import { addressOf, isSamePlace, listRoute } from './route.ts'
import type { Route } from './route.ts'
import { GroupView } from './views/group.tsx'
import { Nowhere } from './views/nowhere.tsx'
import { ParticipantView } from './views/participant.tsx'
import { RoomsView } from './views/rooms.tsx'
import { SessionsView } from './views/sessions.tsx'
import './page.css'

/** `base` is where the page is mounted. */
export function Page({ base }: { readonly base: URL }) {
  const [route, go] = usePlace(base)
  const main = useRef<HTMLElement>(null)
  useFocusOnHeading(route)
  return (
    <>
      <header class="bar">
        <button type="button" class="skip" onClick={() => main.current?.focus()}>
          Skip to the content
        </button>
        <a class="bar-name" href={addressOf(listRoute('rooms'))}>
          Calls
        </a>
        <nav aria-label="Main">
          {(['rooms', 'sessions'] as const).map((view) => (
            <a key={view} href={addressOf(listRoute(view))} aria-current={currentOf(route, view)}>
              {view === 'rooms' ? 'Rooms' : 'Sessions'}
            </a>
          ))}
        </nav>
      </header>
      <main ref={main} tabIndex={-1}>
        <View route={route} go={go} />
      </main>
    </>
  )
}

interface ViewProps {
  readonly route: Route
  readonly go: Go
}

function View({ route, go }: ViewProps) {
  switch (route.view) {
    case 'rooms':
      return <RoomsView route={route} go={go} />
    case 'sessions':
      return <SessionsView route={route} go={go} />
    case 'group':
      return <GroupView key={`${route.kind} ${route.id}`} route={route} go={go} />
    case 'participant':
      return (
        <ParticipantView
          key={`${route.kind} ${route.id} ${route.participant}`}
          route={route}
          go={go}
        />
      )
    case 'nowhere':
      return <Nowhere />
    default:
      return route satisfies never
  }
}

function currentOf(route: Route, view: 'rooms' | 'sessions'): 'page' | 'true' | undefined {
  if (route.view === view) return 'page'
  const isWithin = 'kind' in route && (route.kind === 'room') === (view === 'rooms')
  return isWithin ? 'true' : undefined
}

/** Who came here by a link hears where he is, and goes on from there by the keyboard. */
function useFocusOnHeading(route: Route): void {
  const before = useRef(route)
  useEffect(() => {
    const isSame = isSamePlace(before.current, route)
    before.current = route
    if (isSame) return
    if (history.state === null) scrollTo(0, 0) // else it is scrolled back to where it was
    document.querySelector('h1')?.focus({ preventScroll: true })
  }, [route])
}
