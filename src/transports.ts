// The option `transport`: which ways to the endpoint there are, and in which order they are tried.
import { isRecord, text, wrong } from './check.ts'
import type { TransportChoice } from './terms.ts'
import type { Transport } from '../transports/transport.ts'

/** `'fetch'`, `'websocket'`, `'beacon'`, the name of a registered one, one of these with its own address, or an object. */
export type TransportOption =
  | 'fetch'
  | 'websocket'
  | 'beacon'
  | (string & {})
  | { readonly type: string; readonly url: string }
  | Transport

/** An entry of the list. `object`: the app's own, which lives on the page. */
export interface Route extends TransportChoice {
  readonly object: Transport | null
}

const EXPECTED = 'a name, { type, url }, an object with a name and send(), or a list of them'

/** @throws TypeError that says what was expected and what came */
export function resolveTransports(
  value: unknown,
  url: string,
  absolute: (name: string, value: unknown) => string,
): readonly Route[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw wrong('transport', EXPECTED, value)
  return list.map((entry) => {
    if (!isRecord(entry)) {
      if (typeof entry !== 'string' || entry === '') throw wrong('transport', EXPECTED, entry)
      return routeTo(entry, url)
    }
    if (typeof entry['send'] === 'function') {
      const object = entry as unknown as Transport
      return { name: text('transport.name', object.name), url, isOnPage: true, object }
    }
    if (entry['type'] === undefined) throw wrong('transport', EXPECTED, entry)
    return routeTo(text('transport.type', entry['type']), absolute('transport.url', entry['url']))
  })
}

/**
 * Where a beacon goes when the page ends: to the entry that speaks HTTP. Null where there are none but the app's own,
 * for nobody knows what listens there.
 */
export function beaconUrl(routes: readonly Route[]): string | null {
  const [route] = ['beacon', 'fetch', 'websocket'].flatMap((name) =>
    routes.filter((each) => each.name === name && !each.object),
  )
  return route ? route.url.replace(/^ws/, 'http') : null
}

/** A socket has an address of `ws`, everything else of `http`. */
function routeTo(name: string, url: string): Route {
  const given = name === 'websocket' ? url.replace(/^http/, 'ws') : url.replace(/^ws/, 'http')
  const isOwn = !['fetch', 'websocket', 'beacon'].includes(name)
  return { name, url: isOwn ? url : given, isOnPage: name === 'beacon', object: null }
}
