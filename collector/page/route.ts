// What an address of the live page means, and the address of what is to be shown: every view has one of its own.

export type GroupKind = 'room' | 'session'

export type Route =
  | { readonly view: 'rooms' | 'sessions'; readonly search: string; readonly sort: string }
  | {
      readonly view: 'group'
      readonly kind: GroupKind
      readonly id: string
      /** Of the call's start, ms; null is the newest one. */
      readonly call: number | null
    }
  | {
      readonly view: 'participant'
      readonly kind: GroupKind
      readonly id: string
      readonly participant: string
      readonly call: number | null
      /** Which of its connections; null where nobody chose. */
      readonly connection: number | null
    }
  | { readonly view: 'nowhere' }

const PLURALS: Readonly<Record<GroupKind, string>> = { room: 'rooms', session: 'sessions' }

/** `base` is where the page is mounted, with a slash at its end. */
export function routeOf(address: URL, base: URL): Route {
  if (!address.pathname.startsWith(base.pathname)) return { view: 'nowhere' }
  const names = address.pathname.slice(base.pathname.length).split('/').map(decoded)
  const { searchParams: query } = address
  const [plural, id = '', peers, participant = ''] = names
  const list = { search: query.get('q') ?? '', sort: query.get('sort') ?? '' }
  if (plural === '') return { view: 'rooms', ...list }
  if (plural !== 'rooms' && plural !== 'sessions') return { view: 'nowhere' }
  if (names.length === 1 || id === '') return { view: plural, ...list }
  const kind = plural === 'rooms' ? 'room' : 'session'
  const call = numberIn(query, 'call')
  if (names.length === 2) return { view: 'group', kind, id, call }
  if (peers !== 'peers' || participant === '' || names.length > 4) return { view: 'nowhere' }
  const connection = numberIn(query, 'connection')
  return { view: 'participant', kind, id, participant, call, connection }
}

/** Relative to where the page is mounted. */
export function addressOf(route: Exclude<Route, { view: 'nowhere' }>): string {
  switch (route.view) {
    case 'rooms':
    case 'sessions':
      return `${route.view}${queryOf({ q: route.search, sort: route.sort })}`
    case 'group':
      return `${PLURALS[route.kind]}/${encodeURIComponent(route.id)}${queryOf({ call: route.call })}`
    case 'participant': {
      const { kind, id, participant, call, connection } = route
      const names = [
        PLURALS[kind],
        encodeURIComponent(id),
        'peers',
        encodeURIComponent(participant),
      ]
      return `${names.join('/')}${queryOf({ call, connection })}`
    }
    default:
      return route satisfies never
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name // a lone percent sign of somebody who typed it
  }
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
