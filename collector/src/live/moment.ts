// What is shown of one item, as it is stored beside it: a hundredth of its size, so that hours of a call can be seen.
import type { PlainItem, ReceivedItem } from '../../../src/schema.ts'
import { cut } from '../rooms/read.ts'
import { pollOf } from './poll.ts'
import type { Moment } from './views.ts'

type Told = Pick<Moment, 'event' | 'tag' | 'isPartial' | 'poll' | 'data'>

/** Of an event's data, as JSON: an SDP of a large room is more, and whoever wants it downloads it. */
const MAX_DATA = 2000
const MAX_NAME = 200

/** Never throws, whatever a stranger sent. */
export function momentOf(item: ReceivedItem | PlainItem): Told {
  const { event, tag, data } = item
  const isStats = tag === 'stats'
  return {
    event: cut(event, MAX_NAME),
    tag: cut(tag, MAX_NAME),
    isPartial: 'partial' in item && item.partial === true,
    poll: isStats ? pollOf(data) : null,
    data: isStats ? null : bounded(data),
  }
}

/** As it is, else the beginning of its text. */
function bounded(data: unknown): unknown {
  // An item that is kept is JSON already.
  const text = JSON.stringify(data) ?? 'null'
  return text.length <= MAX_DATA ? (data ?? null) : { cut: cut(text, MAX_DATA) }
}
