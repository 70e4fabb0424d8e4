// What an address of the live page means, and the address of what is to be shown: every view has one of its own.

/** A room has those who met, a session what one page sent. */
export type GroupKind = 'room' | 'session'

/** A list, as it is searched and sorted. */
export interface ListRoute {
  readonly view: 'rooms' | 'sessions'
  readonly search: string
  /** As in `sortOf()`; empty where nobody chose. */
  readonly sort: string
}

/** A room or a session. */
export interface GroupRoute {
  readonly view: 'group'
  readonly kind: GroupKind
  readonly id: string
  /** Of the call's start, ms; null is the newest one. */
  readonly call: number | null
  /** Among those who take part. */
  readonly search: string
  readonly sort: string
  /** Only those are shown of whom something stands out. */
  readonly isTroubled: boolean
}

/** One of those who take part. */
export interface ParticipantRoute {
  readonly view: 'participant'
  readonly kind: GroupKind
  readonly id: string
  readonly participant: string
  readonly call: number | null
  /** Which of its connections; null where nobody chose. */
  readonly connection: number | null
}

/** Whatever has an address. */
export type Somewhere = ListRoute | GroupRoute | ParticipantRoute

/** What an address means; nothing of ours where it is mistyped. */
export type Route = Somewhere | { readonly view: 'nowhere' }

const PLURALS: Readonly<Record<GroupKind, string>> = { room: 'rooms', session: 'sessions' }

/** A list as it is first seen. */
export function listRoute(view: ListRoute['view']): ListRoute {
  return { view, search: '', sort: '' }
}

/** A group as it is first seen. `call` as in the route. */
export function groupRoute(kind: GroupKind, id: string, call: number | null = null): GroupRoute {
  return { view: 'group', kind, id, call, search: '', sort: '', isTroubled: false }
}

/** `base` is where the page is mounted, with a slash at its end. */
export function routeOf(address: URL, base: URL): Route {
  if (address.origin !== base.origin || !address.pathname.startsWith(base.pathname))
    return { view: 'nowhere' }
  const names = address.pathname.slice(base.pathname.length).split('/').map(decoded)
  const { searchParams: query } = address
  const [plural, id = '', peers, participant = ''] = names
  const list = { search: query.get('q') ?? '', sort: query.get('sort') ?? '' }
  if (plural === '' && names.length === 1) return { view: 'rooms', ...list }
  if (plural !== 'rooms' && plural !== 'sessions') return { view: 'nowhere' }
  if (names.length === 1 || (names.length === 2 && id === '')) return { view: plural, ...list }
  const kind = plural === 'rooms' ? 'room' : 'session'
  const call = numberIn(query, 'call')
  const isTroubled = query.get('only') === 'problems'
  if (names.length === 2) return { view: 'group', kind, id, call, ...list, isTroubled }
  if (peers !== 'peers' || id === '' || participant === '' || names.length > 4)
    return { view: 'nowhere' }
  const connection = numberIn(query, 'connection')
  return { view: 'participant', kind, id, participant, call, connection }
}

/** Relative to where the page is mounted. */
export function addressOf(route: Somewhere): string {
  switch (route.view) {
    case 'rooms':
    case 'sessions':
      return `${route.view}${queryOf({ q: route.search, sort: route.sort })}`
    case 'group': {
      const { kind, id, call, search: q, sort, isTroubled } = route
      const only = isTroubled ? 'problems' : null
      return `${PLURALS[kind]}/${encoded(id)}${queryOf({ call, q, sort, only })}`
    }
    case 'participant': {
      const { kind, id, participant, call, connection } = route
      const path = `${PLURALS[kind]}/${encoded(id)}/peers/${encoded(participant)}`
      return `${path}${queryOf({ call, connection })}`
    }
    default:
      return route satisfies never
  }
}

/** The stream of a group, or a file of a session: relative to where the page is mounted. */
export function pathOf(kind: GroupKind, id: string): string {
  return `${PLURALS[kind]}/${encoded(id)}`
}

/** Whether both show the same thing, however it is searched, sorted or narrowed down. */
export function isSamePlace(one: Route, other: Route): boolean {
  return placeOf(one) === placeOf(other)
}

function placeOf(route: Route): string {
  switch (route.view) {
    case 'group':
      return JSON.stringify([route.view, route.kind, route.id])
    case 'participant':
      return JSON.stringify([route.view, route.kind, route.id, route.participant])
    default:
      return route.view
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name // a lone percent sign of somebody who typed it
  }
}

function encoded(name: string): string {
  // Half a surrogate pair has no encoding: `encodeURIComponent()` would throw at it.
  return encodeURIComponent(name.replaceAll(/\p{Surrogate}/gu, '\u{FFFD}'))
}

function numberIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name)
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null
}

function queryOf(values: Readonly<Record<string, string | number | null>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== '')
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return query === '' ? '' : `?${query}`
}
