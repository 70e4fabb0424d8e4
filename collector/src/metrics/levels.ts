// What is there at the moment, as it was read for the answer that is being made.
import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import type { Rooms } from '../rooms/rooms.ts'
import type { Totals } from '../store/store.ts'
import { setTo } from './set-to.ts'

export interface Readings {
  /** Null where the store does not say. */
  readonly totals: Totals | null
  readonly rooms: ReturnType<Rooms['counts']>
  readonly sockets: number
  readonly heldBytes: number
}

const PREFIX = 'webrtc_stats_collector_'
const REFUSED = {
  tooLate: 'too_late',
  tooMany: 'too_many',
  settled: 'settled',
  streams: 'streams',
} as const satisfies Record<keyof Readings['rooms']['refused'], string>

/** Puts readings into the registry. */
export function createLevels(registry: Registry): (readings: Readings) => void {
  const registers = [registry]
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `${PREFIX}${name}`, help, registers })

  const sockets = gauge('sockets_open', 'Open sockets.')
  const held = gauge('held_bytes', 'Of bodies on their way, unfinished frames and unread answers.')
  const sessions = gauge('store_sessions', 'Sessions in the store.')
  const items = gauge('store_items', 'Items in the store.')
  const bytes = gauge('store_bytes', 'Of the store, in use.')
  const evicted = new Counter({
    name: `${PREFIX}store_evicted_items_total`,
    help: 'Items that were given up to keep to the bounds of age and size.',
    registers,
  })
  const rooms = gauge('rooms', 'Rooms that are live, or may still change.')
  const connections = gauge('room_connections', 'Peer connections of these rooms.')
  const refused = new Counter({
    name: `${PREFIX}rooms_refused_total`,
    help: 'What was not rolled up into rooms: items too late or over a limit, polls of a stretch that is settled, streams over a limit.',
    labelNames: ['reason'],
    registers,
  })

  return (readings) => {
    const { totals } = readings
    sockets.set(readings.sockets)
    held.set(readings.heldBytes)
    // A number that is not known is absent: 0 would say that the store is empty.
    for (const metric of [sessions, items, bytes, evicted]) metric.remove()
    if (totals) {
      sessions.set(totals.sessions)
      items.set(totals.items)
      bytes.set(totals.bytes)
      setTo(evicted, {}, totals.evicted)
    }
    rooms.set(readings.rooms.rooms)
    connections.set(readings.rooms.connections)
    for (const [name, reason] of Object.entries(REFUSED)) {
      setTo(refused, { reason }, readings.rooms.refused[name as keyof typeof REFUSED])
    }
  }
}
