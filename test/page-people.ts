// Connections as the collector tells the live page of them, for tests of what the page makes of them.
import { peopleOf } from '../collector/page/people.ts'
import type { Person } from '../collector/page/people.ts'
import { troublesByName } from '../collector/src/live/trouble.ts'
import { MEASURES, WAYS } from '../collector/src/live/views.ts'
import type {
  ConnectionView,
  Measure,
  Moment,
  Poll,
  ProducerView,
  Way,
} from '../collector/src/live/views.ts'

const AT = Date.parse('2026-03-01T12:03:04.512Z')

/** Some numbers of some ways. */
export type Ways = Partial<Record<Way, Partial<Record<Measure, number>>>>

/** A poll in which nothing is known but `ways` and `more`. */
export function pollOf(ways: Ways = {}, more: Partial<Poll> = {}): Poll {
  const rest = { path: null, rttMs: null, availableBitrate: null, score: null, setupMs: null }
  return {
    ways: WAYS.map((way) => {
      const own = ways[way]
      return own ? MEASURES.map((measure) => own[measure] ?? null) : null
    }),
    codecs: [null, null, null, null],
    marks: [],
    ...rest,
    ...more,
  }
}

/** A connection that runs, but for `more`; `poll` is its last one. */
export function connectionOf(
  poll: Poll | null = null,
  more: Partial<ConnectionView> = {},
): ConnectionView {
  const last: Moment | null = poll && {
    ...{ id: 1, seq: 1, at: AT, lateMs: 0, event: 'stats', tag: 'stats' },
    ...{ isPartial: false, poll, data: null },
  }
  return {
    ...{ id: 1, sessionId: 's', roomId: 'r', pcId: 'pc', peerId: 'ben', peerName: 'Ben' },
    ...{ participant: 'ben', firstAt: AT - 60_000, lastAt: AT, polls: 10, events: 2 },
    ...{ state: 'connected', last, score: null, freezes: 0, from: producerOf() },
    troubles: troublesOf(),
    ...more,
  }
}

/** In no poll, but for `more`. */
export function troublesOf(
  more: Partial<ConnectionView['troubles']> = {},
): ConnectionView['troubles'] {
  return { ...troublesByName([]), ...more }
}

/** Who sent it, but for `more`. */
export function producerOf(more: Partial<ProducerView> = {}): ProducerView {
  return {
    ...{ producer: 'p', items: 12, missing: 0, dropped: {}, queue: null, receivedAt: AT },
    ...{ sdkVersion: '0.1.0', os: 'Linux', browser: 'Chrome 141' },
    ...more,
  }
}

/** The one whose connections they are. */
export function personOf(...connections: readonly ConnectionView[]): Person {
  const [person] = peopleOf(connections)
  if (!person) throw new Error('expected a connection, got none')
  return person
}
