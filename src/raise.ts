// Turns what the worker raises into the events of the app.
import type { Emitter } from './emitter.ts'
import type { ExporterEvents, PageItem } from './events.ts'
import type { PlainError, Raised } from './protocol.ts'
import type { Item } from './wire.ts'

export function raiseOn(emitter: Emitter<ExporterEvents>): (raised: Raised) => void {
  return (raised) => {
    switch (raised.name) {
      case 'item': {
        const item = toPageItem(raised.item)
        emitter.emit('timeline', item)
        // The name says which item it is, but for those that the app has named itself.
        if (item.tag !== 'application') emitter.emit(item.event as 'stats', item as never)
        break
      }
      case 'export:success': {
        const { name, ...success } = raised
        emitter.emit(name, success)
        break
      }
      case 'export:error': {
        const { items, queued } = raised
        const error = toError(raised.error)
        emitter.emit('export:error', { error, count: items.length, items, queued })
        break
      }
      case 'error':
        emitter.emit('error', { error: toError(raised.error) })
        break
      case 'queue':
        emitter.emit('queue', raised.state)
        break
      default:
        raised satisfies never
    }
  }
}

function toPageItem({ rawStats, ...item }: Item): PageItem {
  if (!rawStats) return item
  return { ...item, rawStats: new Map(rawStats.map((stat) => [stat.id, stat])) }
}

function toError({ name, message }: PlainError): Error {
  const error = new Error(message)
  error.name = name
  return error
}
