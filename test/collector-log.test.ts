// What the collector logs: one object a line for a machine, one line for an eye, nothing of a stranger's making in either.
import { expect, test } from 'vitest'
import { NOWHERE } from '../collector/src/facts.ts'
import { checkBatch } from '../collector/src/ingest/check.ts'
import { formatJson, formatText } from '../collector/src/log-format.ts'
import { batchEvent, createTell, failedEvent } from '../collector/src/log.ts'
import type { LogEntry, LogEvent, Reception } from '../collector/src/log.ts'
import { batchOf, itemOf, NOW } from './batches.ts'

const AT = Date.parse(NOW)
const STATS = { event: 'stats', tag: 'stats', data: { metrics: {} } } as const

function entryOf(event: LogEvent): LogEntry {
  const entries: LogEntry[] = []
  createTell(
    (entry) => entries.push(entry),
    () => AT,
  )(event)
  return entries[0] as LogEntry
}

function receptionOf(peers: readonly (string | null)[]): Reception {
  const items = peers.map((peerId, seq) => itemOf(seq, { ...STATS, peerId }))
  const checked = checkBatch(batchOf(items, { sessionName: 'Daily' }), NOWHERE)
  if (checked.status === 'refused') throw new Error(checked.reason)
  const { arrival } = checked
  const kept = { batch: 7, accepted: items.length, duplicates: 0 }
  return { arrival, kept, rejected: 1, bytes: 1200, isGzip: true }
}

test('an entry is one JSON object with its time and its level', () => {
  const line = formatJson(entryOf(batchEvent(receptionOf(['alice', 'alice', null]))))
  expect(JSON.parse(line)).toEqual({
    time: NOW,
    level: 'info',
    event: 'batch',
    sessionId: 's',
    sessionName: 'Daily',
    batch: 7,
    items: 4,
    accepted: 3,
    duplicates: 0,
    rejected: 1,
    peers: [
      { peerId: 'alice', stats: 2, events: 0 },
      { peerId: null, stats: 1, events: 0 },
    ],
    morePeers: 0,
    bytes: 1200,
    isGzip: true,
  })
})

test.each<[string, LogEvent, string]>([
  ['warn', { event: 'refused', code: 400, reason: 'No.' }, 'refused with 400: No.'],
  ['warn', { event: 'socket-closed', reason: 'No.' }, 'closed a socket: No.'],
  ['error', failedEvent(new Error('disk full')), 'failed: disk full'],
  ['error', failedEvent('thrown'), 'failed: thrown'],
])('of level %s', (level, event, text) => {
  const entry = entryOf(event)
  expect(JSON.parse(formatJson(entry))).toMatchObject({ time: NOW, level, ...event })
  expect(formatText(entry)).toBe(text)
})

test('a batch of hundreds of peers names six', () => {
  const peers = Array.from({ length: 300 }, (_, index) => `peer ${index}`)
  const entry = entryOf(batchEvent(receptionOf(peers)))
  expect(entry).toMatchObject({ morePeers: 294, peers: { length: 6 } })
  expect(formatText(entry)).toContain('peer 5: 1 stats · 294 more')
})

test('what a stranger wrote breaks no line and has an end, in both forms', () => {
  const evil = `\n\u001b[31m\u202e\u2028${'\u{1F600}'.repeat(200)}`
  const { arrival, ...rest } = receptionOf([evil])
  const named = { ...arrival, sessionId: evil, sessionName: `${'x'.repeat(39)}\u{1F600}` }
  const entry = entryOf(batchEvent({ arrival: named, ...rest }))
  for (const line of [formatText(entry), formatJson(entry)]) {
    expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
    expect(line.length).toBeLessThan(1500)
  }
})

test('no address gets into an entry, whatever an error says', () => {
  const reasons = [
    'connect ECONNREFUSED 192.0.2.7:443',
    'connect ECONNREFUSED ::1:443',
    'connect EHOSTUNREACH 2001:db8::5',
    'from ::ffff:192.0.2.7 and [2001:db8::5]:8080',
  ]
  for (const reason of reasons) {
    const told = formatJson(entryOf(failedEvent(new Error(reason))))
    expect(told).not.toMatch(/192|db8|::1/)
    expect(told).toContain('(address)')
  }
  const harmless = { event: 'failed', reason: 'at 12:03:04, a::b: 1.2.3, std::map' } as const
  expect(entryOf(harmless)).toMatchObject(harmless)
})
