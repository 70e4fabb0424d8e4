// The state of a connection, as far as an event tells it.
import { cut, membersOf } from '../rooms/read.ts'
import type { Moment } from './views.ts'

const MAX_STATE = 30

/** `connected`, `failed`, `removed` ...; null where the event tells none. */
export function stateIn({ event, data }: Pick<Moment, 'event' | 'data'>): string | null {
  if (event === 'peerRemoved') return 'removed'
  const { state, connectionState } = membersOf(data)
  const told = event === 'connectionStateChange' ? state : event === 'peerAdded' && connectionState
  return typeof told === 'string' ? cut(told, MAX_STATE) : null
}

/** Nothing more is to be expected of it. */
export function isOverBy(state: string | null): boolean {
  return state === 'closed' || state === 'removed'
}
