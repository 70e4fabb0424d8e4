// A room, or a session, as it is shown: the calls in it, and of one of them the connections and the record.
import { setImmediate as breathe } from 'node:timers/promises'
import type { AgentOf } from '../rooms/record.ts'
import type { GroupKey, Outline, Sight } from '../store/store.ts'
import { callOf, callsIn, isIn, recordIn } from './calls.ts'
import { isLive, viewOf } from './connection-view.ts'
import type { RecordsOf } from './records.ts'
import { eventOf, goneEvent } from './stream.ts'
import type { Look } from './stream.ts'
import type { CallSpan, GroupView } from './views.ts'

export interface GroupOptions {
  readonly sight: Pick<Sight, 'outlines' | 'connections'>
  readonly group: GroupKey
  /** A time within the call, ms; null: the newest. */
  readonly wanted: number | null
  readonly recordsOf: RecordsOf
  readonly agentOf: AgentOf
  readonly now: () => number
  readonly idleTimeoutMs: number
}

/** In one event. */
const MAX_VIEWS = 50

export function lookAtGroup(options: GroupOptions): Look {
  const { sight, group, wanted, recordsOf, agentOf, now, idleTimeoutMs } = options
  const { kind, id } = group
  const versions = new Map<number, number>()
  let shown: CallSpan | null = null
  let head = ''

  return async function* () {
    const outlines = await sight.outlines(group)
    const calls = callsIn(outlines, idleTimeoutMs)
    const call = callOf(calls, wanted)
    if (!call) {
      yield goneEvent(kind)
      return false
    }
    const own = outlines.filter((outline) => isIn(call, outline))
    // Whoever follows begins anew: of what is not here any more, nobody tells him.
    if (shown && hasLeft(shown, call, versions, own)) return false
    const isFirst = shown === null
    shown = call
    const text = eventOf('group', {
      ...{ kind, id, name: kind === 'room' ? id : (own[0]?.sessionName ?? id) },
      isLive: own.some((outline) => isLive(outline, now(), idleTimeoutMs)),
      ...{ call, calls, sessionIds: [...new Set(own.map(({ sessionId }) => sessionId))] },
      record: kind === 'room' ? recordIn(call, await recordsOf(id)) : null,
    } satisfies GroupView)
    if (text !== head) yield text
    head = text
    const changed = own.filter((outline) => versions.get(outline.id) !== outline.version)
    for (let at = 0; at < changed.length; at += MAX_VIEWS) {
      if (at > 0) await breathe()
      const some = await sight.connections(changed.slice(at, at + MAX_VIEWS).map((one) => one.id))
      for (const { id: its, version } of some) versions.set(its, version)
      yield eventOf(
        'connections',
        some.map((one) => viewOf(one, agentOf)),
      )
    }
    if (isFirst) yield eventOf('caught-up', null)
    return true
  }
}

/** Another call has begun, or a connection went to another room, or was given up. */
function hasLeft(
  shown: CallSpan,
  call: CallSpan,
  versions: ReadonlyMap<number, number>,
  own: readonly Outline[],
): boolean {
  if (call.startMs > shown.endMs || call.endMs < shown.startMs) return true
  const here = new Set(own.map(({ id }) => id))
  const left = [...versions.keys()].filter((id) => !here.has(id)).length
  // Of very many only the newest are told: then others took their place.
  return left > 0 && own.length < versions.size
}
