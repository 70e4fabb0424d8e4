// A room or a session of the collector, as it stands now, with those who take part.
import { useCallback, useEffect, useState } from 'preact/hooks'
import type { ConnectionView, GroupView } from '../src/live/views.ts'
import { follow } from './follow.ts'
import type { FollowState } from './follow.ts'
import { peopleOf } from './people.ts'
import type { Person } from './people.ts'
import { pathOf } from './route.ts'
import type { GroupKind } from './route.ts'
import { afterFrame } from './ui/after-frame.ts'

/** What is known of a group. */
export interface Grouped {
  /** Null until it came. */
  readonly group: GroupView | null
  readonly people: readonly Person[]
  readonly state: FollowState
  /** How far the collector's clock is behind ours, ms; 0 where it is not known, or about the same. */
  readonly behindMs: number
}

/** Of clocks that are kept by the network, and of what takes its time on the way. */
const SAME_MS = 5000

/** Drawn in one go: more would hold up whoever types or scrolls. */
const MAX_AT_ONCE = 40

/** `call` as in the route. What is known stays while the stream is lost; `again` asks for what was gone. */
export function useGroup(
  kind: GroupKind,
  id: string,
  call: number | null,
): Grouped & { readonly again: () => void } {
  const [turn, setTurn] = useState(0)
  const again = useCallback(() => setTurn((before) => before + 1), [])
  const [grouped, setGrouped] = useState<Grouped>({
    group: null,
    people: [],
    state: { status: 'opening' },
    behindMs: 0,
  })
  useEffect(() => {
    const connections = new Map<number, ConnectionView>()
    let waiting: ConnectionView[] = []
    let seen: Set<number> | null = null
    let callOff: (() => void) | null = null
    let least = Infinity
    let startMs = -Infinity

    const draw = (): void => {
      callOff = null
      for (const connection of waiting.splice(0, MAX_AT_ONCE))
        connections.set(connection.id, connection)
      // When a call begins while one looks, those of the one before are not told to have gone.
      const own = [...connections.values()].filter(({ lastAt }) => lastAt >= startMs)
      setGrouped((before) => ({ ...before, people: peopleOf(own, before.people) }))
      plan()
    }
    const plan = (): void => {
      if (waiting.length > 0) callOff ??= afterFrame(draw)
    }
    /** What is news was received a moment ago. */
    const setClock = (news: readonly ConnectionView[]): void => {
      const newest = Math.max(...news.map(({ from }) => from.receivedAt))
      least = Math.min(least, Date.now() - newest)
      const behindMs = Math.abs(least) < SAME_MS ? 0 : least
      setGrouped((before) => (before.behindMs === behindMs ? before : { ...before, behindMs }))
    }
    const end = follow(
      call === null ? `live/${pathOf(kind, id)}` : `live/${pathOf(kind, id)}?call=${call}`,
      {
        group: (group) => {
          startMs = group.call.startMs
          const isFirst = connections.size === 0 && waiting.length === 0
          // Of another call in the same room somebody else took part.
          setGrouped((before) => ({ ...before, group, people: isFirst ? [] : before.people }))
        },
        connections: (changed) => {
          for (const { id: changedId } of changed) seen?.add(changedId)
          const newer = new Map(waiting.map((connection) => [connection.id, connection]))
          for (const connection of changed) newer.set(connection.id, connection)
          waiting = [...newer.values()]
          if (seen === null) setClock(changed)
          plan()
        },
        'caught-up': () => {
          // Of what came before the stream was lost, that is gone which did not come again.
          for (const known of connections.keys())
            if (seen && !seen.has(known)) connections.delete(known)
          seen = null
          callOff ??= afterFrame(draw)
        },
      },
      {
        onState: (state) => setGrouped((before) => ({ ...before, state })),
        onBegin: () => {
          seen = new Set()
        },
      },
    )
    return () => {
      callOff?.()
      end()
    }
  }, [kind, id, call, turn])
  return { ...grouped, again }
}
