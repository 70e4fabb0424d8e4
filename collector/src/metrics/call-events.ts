// What happens in calls, counted: of which family, connections that failed, what clients had to give up.
import type { Registry } from 'prom-client'
import { membersOf } from '../rooms/read.ts'
import type { KeptItem } from '../facts.ts'
import * as bounds from './bounds.ts'
import { CALL_EVENTS, CONNECTION_STATES, DROP_REASONS, TAGS } from './closed.ts'
import { createCountBy } from './count-by.ts'
import type { Measure } from './measure.ts'

/** Takes an item that is kept, the first time that it is. */
export type CountEvent = (kept: KeptItem) => void

/** One beyond would spoil the sum for good: no queue waits so long, no client gives up so much at once. */
const MAX_DELAY_SEC = 366 * 86_400
const MAX_DROPPED = 1e9

/** Events of the exporter are told from an app's own of the same name by their tag. */
export function createCallEvents(registry: Registry, measure: Measure): CountEvent {
  const delay = measure(
    {
      name: 'webrtc_stats_collector_item_delay_seconds',
      help: 'From the capture of an item, by the clock of its client, until it was received. 0 where that clock is ahead.',
      bounds: bounds.DELAY,
      max: MAX_DELAY_SEC,
    },
    [{}],
  )
  const items = createCountBy(
    registry,
    {
      name: 'webrtc_stats_collector_kept_items_total',
      help: 'Items that are new, by their family.',
      label: 'tag',
    },
    TAGS,
  )
  const events = createCountBy(
    registry,
    {
      name: 'webrtc_events_total',
      help: 'Events that are no poll and no event of an app: `other` is all that has no series of its own.',
      label: 'event',
    },
    CALL_EVENTS,
  )
  const states = createCountBy(
    registry,
    {
      name: 'webrtc_connection_state_changes_total',
      help: 'Connections that came into a state: `failed` is a call that broke.',
      label: 'state',
    },
    CONNECTION_STATES,
  )
  const dropped = createCountBy(
    registry,
    {
      name: 'webrtc_dropped_items_total',
      help: 'Items and readings that clients had to give up, as their `dropped` events say, by reason.',
      label: 'reason',
    },
    DROP_REASONS,
  )

  return ({ item, receivedAt }) => {
    const { tag, event, data } = item
    delay({}, Math.max(0, (receivedAt - Date.parse(item.timestamp)) / 1000))
    items(tag)
    if (tag === 'stats' || tag === 'application') return
    events(event)
    if (event === 'connectionStateChange') states(membersOf(data)['state'])
    if (event !== 'dropped') return
    const { reason, count } = membersOf(data)
    if (Number.isInteger(count) && (count as number) > 0 && (count as number) <= MAX_DROPPED) {
      dropped(reason, count as number)
    }
  }
}
