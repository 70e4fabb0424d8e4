// What the live page says of a participant in plain words.
import { expect, test } from 'vitest'
import { peopleOf } from '../collector/page/people.ts'
import { isTroubled, verdictOf } from '../collector/page/verdict.ts'
import type { ConnectionView, Poll } from '../collector/src/live/views.ts'
import { connectionOf, personOf, pollOf, producerOf, troublesOf } from './page-people.ts'

function textsOf(poll: Poll | null, more: Partial<ConnectionView> = {}): readonly string[] {
  return verdictOf(personOf(connectionOf(poll, more)), true).map(({ text }) => text)
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

const long = { polls: 32, lastAt: 64_000, firstAt: 0 }

test('of whoever has left it is said what was in all of it, and not what the last poll says', () => {
  const poll = pollOf({ 'video.outbound': { bandwidthPct: 80 } })
  const troubles = troublesOf({ loss: 4, cpu: 9 })
  const texts = textsOf(poll, { ...long, state: 'removed', freezes: 2, troubles })
  expect(texts).toEqual([
    'held back by the CPU in 9 of 32 polls',
    'lost packets in 4 of 32 polls',
    '2 freezes',
  ])
})

test('of a call that is over it is said what was in all of it, what was heard or seen often first', () => {
  const troubles = troublesOf({ cpu: 30, loss: 8, roundTrip: 4, frozen: 6 })
  const person = personOf(connectionOf(null, { ...long, troubles, freezes: 9 }))
  expect(verdictOf(person, false)).toEqual([
    { text: 'lost packets in 8 of 32 polls', tone: 'bad' },
    { text: 'held back by the CPU in 30 of 32 polls', tone: 'wait' },
    { text: 'video stood still in 6 of 32 polls', tone: 'wait' },
    { text: 'long round trips in 4 of 32 polls', tone: 'wait' },
  ])
  expect(isTroubled(person, false)).toBe(true)
})

test('while the call runs what is now comes first, and of the rest what was earlier', () => {
  const poll = pollOf({ 'video.outbound': { cpuPct: 80 } })
  const troubles = troublesOf({ cpu: 20, loss: 8 })
  expect(textsOf(poll, { ...long, troubles })).toEqual([
    'encoder limited by CPU',
    'earlier: lost packets in 8 of 32 polls',
  ])
})

test('the polls of all of a participant’s connections are counted', () => {
  const one = connectionOf(null, { ...long, troubles: troublesOf({ loss: 4 }) })
  const person = personOf(one, { ...one, id: 2 })
  expect(verdictOf(person, false).map(({ text }) => text)).toEqual([
    'lost packets in 8 of 64 polls',
  ])
})

test('of two connections the beginning of one does not hide what was wrong with the other', () => {
  const one = connectionOf(null, { ...long, troubles: troublesOf({ bandwidth: 16 }) })
  const other = { ...one, id: 2, troubles: troublesOf({ bandwidth: 5 }) }
  expect(verdictOf(personOf(one, other), false).map(({ text }) => text)).toEqual([
    'held back by bandwidth in 16 of 64 polls',
  ])
})

test('how a call begins, and what was seldom so, is not said of it', () => {
  const said = (more: Partial<ConnectionView>): number =>
    verdictOf(personOf(connectionOf(null, { ...long, ...more })), false).length
  expect(said({ troubles: troublesOf({ loss: 2 }) })).toBe(0)
  expect(said({ troubles: troublesOf({ loss: 3 }) })).toBe(1)
  expect(said({ troubles: troublesOf({ loss: 9 }), polls: 1000, lastAt: 2e6 })).toBe(0)
  expect(said({ troubles: troublesOf({ loss: 10 }), polls: 1000, lastAt: 2e6 })).toBe(1)
  expect(said({ troubles: troublesOf({ bandwidth: 10, frozen: 5, concealed: 5 }) })).toBe(0)
  expect(said({ troubles: troublesOf({ bandwidth: 11, frozen: 6, concealed: 6 }) })).toBe(3)
  expect(said({ troubles: troublesOf(), polls: 0, lastAt: 0 })).toBe(0)
})

test('whoever is silent while others are heard of is said to be', () => {
  const ann = connectionOf(null, { participant: 'ann', from: producerOf({ receivedAt: 100_000 }) })
  const ben = connectionOf(null, { id: 2, from: producerOf({ receivedAt: 60_000 }) })
  const said = (...connections: ConnectionView[]) =>
    peopleOf(connections).map((person) => verdictOf(person, true).map(({ text }) => text))
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
  expect(isTroubled(rated(5.9), true)).toBe(true)
  expect(isTroubled(rated(6), true)).toBe(false)
  const last = connectionOf(pollOf(media, { score: 2 }), { score: 8 })
  expect(isTroubled(personOf(last), true)).toBe(true)
})
