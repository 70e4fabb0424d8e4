// What the live page says of a participant in plain words.
import { expect, test } from 'vitest'
import { peopleOf } from '../collector/page/people.ts'
import { isTroubled, verdictOf } from '../collector/page/verdict.ts'
import type { ConnectionView, Poll } from '../collector/src/live/views.ts'
import { connectionOf, personOf, pollOf, producerOf } from './page-people.ts'

function textsOf(poll: Poll | null, more: Partial<ConnectionView> = {}): readonly string[] {
  return verdictOf(personOf(connectionOf(poll, more))).map(({ text }) => text)
}

const media = { 'audio.inbound': { bitrate: 3e4 }, 'audio.outbound': { bitrate: 3e4 } }
const queue = { depth: 3, bytes: 900, oldestAgeMs: 60_000, mode: 'indexeddb' as const }

interface Said {
  readonly text: string
  readonly poll?: Poll
  readonly more?: Partial<ConnectionView>
}

const SAID: readonly Said[] = [
  { text: 'loses 24 % of what it receives', poll: pollOf({ 'video.inbound': { lossPct: 24 } }) },
  { text: '4.0 % of what it sends is lost', poll: pollOf({ 'audio.outbound': { lossPct: 4 } }) },
  { text: 'RTT 480 ms', poll: pollOf({}, { rttMs: 480, path: 'udp' }) },
  { text: 'over a relay, RTT 480 ms', poll: pollOf({}, { rttMs: 480, path: 'turn-udp' }) },
  { text: 'jitter of 70 ms', poll: pollOf({ 'audio.inbound': { jitterMs: 70 } }) },
  { text: 'video frozen 40 % of the time', poll: pollOf({ 'video.inbound': { freezePct: 40 } }) },
  {
    text: '12 % of its sound is made up',
    poll: pollOf({ 'audio.inbound': { concealmentPct: 12 } }),
  },
  { text: 'encoder limited by CPU', poll: pollOf({ 'video.outbound': { cpuPct: 80 } }) },
  {
    text: 'encoder limited by bandwidth',
    poll: pollOf({ 'video.outbound': { bandwidthPct: 80 } }),
  },
  { text: 'media goes relay over TCP', poll: pollOf({}, { path: 'turn-tcp' }) },
  { text: '3 freezes', more: { freezes: 3 } },
  { text: '1 freeze', more: { freezes: 1 } },
  { text: 'its connection failed', more: { state: 'failed' } },
  { text: 'its connection is interrupted', more: { state: 'disconnected' } },
  { text: 'its statistics come late', more: { from: producerOf({ queue }) } },
]

test.each(SAID)('$text', ({ text, poll = null, more }) => {
  expect(textsOf(poll, more)).toEqual([text])
})

test('no media flows where both directions are known to be silent', () => {
  const silent = { 'audio.inbound': { bitrate: 0 }, 'audio.outbound': { bitrate: 0 } }
  expect(textsOf(pollOf(silent))).toEqual(['no media flows'])
  expect(textsOf(pollOf({ 'audio.inbound': { bitrate: 0 } }))).toEqual([])
  expect(textsOf(pollOf(silent), { state: 'closed' })).toEqual([])
})

test('nothing is said of numbers that are usual, nor of those that are not known', () => {
  const usual = {
    'audio.inbound': { lossPct: 1, jitterMs: 12, concealmentPct: 2, bitrate: 3e4 },
    'video.outbound': { lossPct: 0, cpuPct: 0, bandwidthPct: 5, bitrate: 1e6 },
  }
  expect(textsOf(pollOf(usual, { rttMs: 60, path: 'turn-udp' }))).toEqual([])
  expect(textsOf(pollOf())).toEqual([])
  expect(textsOf(null)).toEqual([])
})

test('what is made up of sound that does not come is nothing', () => {
  const none = { bitrate: 0, concealmentPct: 100 }
  expect(textsOf(pollOf({ 'audio.inbound': none }))).toEqual([])
})

test('of whoever has left it is said that a number is of the end, and freezes are of all of it', () => {
  const poll = pollOf({ 'video.outbound': { cpuPct: 80 } })
  const texts = textsOf(poll, { state: 'removed', freezes: 2 })
  expect(texts).toEqual(['2 freezes', 'encoder limited by CPU at the end'])
})

test('whoever is silent while others are heard of is said to be', () => {
  const ann = connectionOf(null, { participant: 'ann', from: producerOf({ receivedAt: 100_000 }) })
  const ben = connectionOf(null, { id: 2, from: producerOf({ receivedAt: 60_000 }) })
  const said = (...connections: ConnectionView[]) =>
    peopleOf(connections).map((person) => verdictOf(person).map(({ text }) => text))
  expect(said(ann, ben)).toEqual([[], ['nothing is heard of it']])
  expect(said(ann, { ...ben, state: 'closed' })).toEqual([[], []])
  expect(said(ben)).toEqual([[]])
})

test('the worst comes first', () => {
  const poll = pollOf({ 'video.outbound': { cpuPct: 80 } }, { rttMs: 900 })
  expect(textsOf(poll)).toEqual(['RTT 900 ms', 'encoder limited by CPU'])
})

test('a poor rating is a problem though no number says why', () => {
  const rated = (score: number) => personOf(connectionOf(pollOf(media), { score }))
  expect(isTroubled(rated(5.9))).toBe(true)
  expect(isTroubled(rated(6))).toBe(false)
  expect(isTroubled(personOf(connectionOf(pollOf(media, { score: 2 }), { score: 8 })))).toBe(true)
})
