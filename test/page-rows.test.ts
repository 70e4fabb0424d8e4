// What rows of the live page are made of: who sent items, how long ago, and what has not changed.
import { expect, test } from 'vitest'
import { showAgo } from '../collector/page/ago.ts'
import { keepSame } from '../collector/page/keep.ts'
import {
  clientOf,
  droppedInWords,
  droppedOf,
  missingOf,
  queueInWords,
  sendersOf,
} from '../collector/page/senders.ts'
import { stateOrder } from '../collector/page/views/state.ts'
import { markInWords, pathInWords, stateInWords } from '../collector/page/words.ts'
import { connectionOf, producerOf } from './page-people.ts'

test('a row that says the same as before is the same object', () => {
  const before = [
    { id: 'a', count: 1 },
    { id: 'b', count: 1 },
  ]
  const newer = [
    { id: 'b', count: 2 },
    { id: 'a', count: 1 },
    { id: 'c', count: 1 },
  ]
  const kept = keepSame(before, newer, ({ id }) => id)
  expect(kept).toEqual(newer)
  expect(kept[1]).toBe(before[0])
  expect(kept[0]).toBe(newer[0])
})

test('what a sender lacks is counted once, however many connections he has', () => {
  const from = producerOf({ missing: 3, dropped: { expired: 2, evicted: 1 } })
  const other = producerOf({ producer: 'q', missing: 1 })
  const senders = sendersOf([
    connectionOf(null, { from }),
    connectionOf(null, { id: 2, from }),
    connectionOf(null, { id: 3, from: other }),
  ])
  expect(senders).toHaveLength(2)
  expect(missingOf(senders)).toBe(4)
  expect(droppedOf(senders)).toBe(3)
})

test('what was dropped is said with its reason', () => {
  expect(droppedInWords({ dropped: { expired: 2, evicted: 0, stuck: 1 } })).toBe(
    '2 expired, 1 stuck',
  )
  expect(droppedInWords({ dropped: {} })).toBe('')
})

test('a queue is said with the age of its oldest', () => {
  const queue = { depth: 12, bytes: 900, oldestAgeMs: 42_100, mode: 'indexeddb' as const }
  expect(queueInWords({ queue })).toBe('12 wait, 42 s')
  expect(queueInWords({ queue: { ...queue, depth: 1, oldestAgeMs: null } })).toBe('1 waits')
  expect(queueInWords({ queue: { ...queue, depth: 0 } })).toBe('nothing waits')
  expect(queueInWords({ queue: null })).toBeNull()
})

test('a client is named by what is known of it', () => {
  expect(clientOf({ browser: 'Chrome 141', os: 'Linux' })).toBe('Chrome 141 on Linux')
  expect(clientOf({ browser: null, os: 'Linux' })).toBe('Linux')
  expect(clientOf({ browser: null, os: null })).toBeNull()
})

test.each([
  [0, 'now'],
  [-90, 'now'],
  [14, 'now'],
  [47, '40 s ago'],
  [300, '5 min ago'],
  [7300, '2 h ago'],
  [200_000, '2 d ago'],
])('what was %i s ago was %s', (seconds, text) => {
  expect(showAgo(0, seconds * 1000)).toBe(text)
})

test('calls that run come before those that ended later', () => {
  const rows = [
    { isLive: false, startMs: 3 },
    { isLive: true, startMs: 1 },
    { isLive: true, startMs: 2 },
  ]
  expect(
    rows.toSorted((a, b) => stateOrder(b) - stateOrder(a)).map(({ startMs }) => startMs),
  ).toEqual([2, 1, 3])
})

test('a path is said in words', () => {
  expect(['udp', 'turn-udp', 'turn-tls'].map(pathInWords)).toEqual([
    'direct over UDP',
    'relay over UDP',
    'relay over TLS',
  ])
})

test('a state and a mark are said in words', () => {
  expect(stateInWords('removed')).toEqual({ text: 'left', tone: 'calm' })
  expect(stateInWords('failed')).toEqual({ text: 'failed', tone: 'bad' })
  expect(stateInWords(null).text).toBe('unknown')
  expect(markInWords('stale')).toBe('old report')
})
