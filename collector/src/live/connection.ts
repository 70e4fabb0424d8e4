// One connection with all that was told of it, and what is told from now on.
import { setImmediate as breathe } from 'node:timers/promises'
import type { AgentOf } from '../rooms/record.ts'
import type { Sight } from '../store/store.ts'
import { viewOf } from './connection-view.ts'
import { eventOf, goneEvent } from './stream.ts'
import type { Look } from './stream.ts'

/** In one event: hours of a call come in dozens of them, and others have their turn between. */
const MAX_MOMENTS = 250

export function lookAtConnection(
  sight: Pick<Sight, 'connections' | 'beside' | 'last' | 'moments'>,
  id: number,
  agentOf: AgentOf,
): Look {
  let after = 0
  let version = -1
  let isCaughtUp = false
  return async function* () {
    const [kept] = await sight.connections([id])
    if (!kept) {
      yield goneEvent('connection')
      return false
    }
    if (kept.version !== version) yield eventOf('connection', viewOf(kept, agentOf))
    version = kept.version
    // In this order: what is beside it now has all that is up to there.
    const until = await sight.last()
    const beside = await sight.beside(id)
    while (after < until) {
      const moments = await sight.moments(beside, after, until, MAX_MOMENTS)
      if (moments.length > 0) yield eventOf('moments', moments)
      after = moments.length < MAX_MOMENTS ? until : (moments.at(-1)?.id ?? until)
      if (after < until) await breathe()
    }
    if (!isCaughtUp) yield eventOf('caught-up', null)
    isCaughtUp = true
    return true
  }
}
