// What was wrong is counted over the whole of a call, as whoever counts the polls by hand.
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { countTroubles, noTroubles, troublesByName } from '../collector/src/live/trouble.ts'
import { TROUBLES } from '../collector/src/live/views.ts'
import type { ConnectionView, Poll, Trouble } from '../collector/src/live/views.ts'
import { openCall, pollItem } from './live-call.ts'
import type { LiveCall } from './live-call.ts'
import { pollOf, troublesOf } from './page-people.ts'

let call: LiveCall

beforeEach(async () => {
  call = await openCall()
})

afterEach(() => call.collector.close())

function namesOf(poll: Poll): string[] {
  const counts = noTroubles()
  countTroubles(counts, poll, 1)
  return TROUBLES.filter((_, at) => counts[at] === 1)
}

const SEEN: readonly (readonly [string, Poll, readonly Trouble[]])[] = [
  ['loss of what comes', pollOf({ 'audio.inbound': { lossPct: 3 } }), ['loss']],
  ['loss of what is sent', pollOf({ 'video.outbound': { lossPct: 3 } }), ['loss']],
  ['little loss', pollOf({ 'audio.inbound': { lossPct: 2.9 } }), []],
  ['a long round trip', pollOf({}, { rttMs: 250 }), ['roundTrip']],
  ['a round trip by reports alone', pollOf({ 'audio.outbound': { rttMs: 250 } }), ['roundTrip']],
  ['jitter', pollOf({ 'video.inbound': { jitterMs: 60 } }), ['jitter']],
  ['a picture that stands', pollOf({ 'video.inbound': { freezePct: 5 } }), ['frozen']],
  ['sound made up', pollOf({ 'audio.inbound': { concealmentPct: 10 } }), ['concealed']],
  [
    'sound made up of nothing',
    pollOf({ 'audio.inbound': { concealmentPct: 100, bitrate: 0 } }),
    [],
  ],
  ['the CPU', pollOf({ 'video.outbound': { cpuPct: 20 } }), ['cpu']],
  ['bandwidth', pollOf({ 'video.outbound': { bandwidthPct: 20 } }), ['bandwidth']],
  ['nothing that is known', pollOf(), []],
]

test.each(SEEN)('%s', (_, poll, expected) => {
  expect(namesOf(poll)).toEqual(expected)
})

test('what is taken back was never counted, in whatever order', () => {
  const polls = SEEN.map(([, poll]) => poll)
  const some = fc.array(fc.tuple(fc.nat(polls.length - 1), fc.boolean()))
  fc.assert(
    fc.property(some, (drawn) => {
      const counts = noTroubles()
      const steps = drawn.map(([at]) => at)
      for (const at of steps) countTroubles(counts, polls[at] as Poll, 1)
      const gone = drawn.filter(([, isGone]) => isGone).map(([at]) => at)
      for (const at of gone.toReversed()) countTroubles(counts, polls[at] as Poll, -1)
      const left = drawn.filter(([, isGone]) => !isGone).map(([at]) => polls[at] as Poll)
      for (const trouble of TROUBLES) {
        const polled = left.filter((poll) => namesOf(poll).includes(trouble)).length
        expect(troublesByName(counts)[trouble]).toBe(polled)
      }
    }),
  )
})

async function troublesShown(): Promise<ConnectionView['troubles'] | undefined> {
  const { connections } = await call.group('/live/rooms/s')
  return connections.find(({ peerId }) => peerId === 'alice')?.troubles
}

test('a connection is shown with the troubles of all its polls, each once however often it comes', async () => {
  await call.post([pollItem(2, { freezes: 4 }), pollItem(0)])
  await call.post([pollItem(1, { freezes: 1 }), pollItem(2, { freezes: 4 })])
  expect(await troublesShown()).toEqual(troublesOf({ frozen: 2 }))
})

test('a whole poll takes the place of its part in the counts', async () => {
  const freezes = 4
  await call.post([pollItem(0, { freezes }, { partial: true }), pollItem(1, { freezes })])
  expect(await troublesShown()).toEqual(troublesOf({ frozen: 2 }))
  await call.post([pollItem(0)])
  expect(await troublesShown()).toEqual(troublesOf({ frozen: 1 }))
})
