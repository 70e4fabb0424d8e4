// Connections of a call, put together by who takes part.
import { expect, test } from 'vitest'
import { peopleOf } from '../collector/page/people.ts'
import { connectionOf, personOf, pollOf, producerOf } from './page-people.ts'

const { lastAt: NOW } = connectionOf()

test('connections of one participant are one row', () => {
  const own = [
    connectionOf(pollOf({ 'audio.inbound': { bitrate: 10, lossPct: 1 } })),
    connectionOf(pollOf({ 'video.inbound': { bitrate: 20, lossPct: 5 } }), { id: 2 }),
  ]
  const people = peopleOf([...own, connectionOf(null, { id: 3, participant: 'ann' })])
  expect(people.map(({ participant }) => participant)).toEqual(['ben', 'ann'])
  expect(people[0]?.last).toMatchObject({ bitrateIn: 30, lossInPct: 5, bitrateOut: null })
})

test('what is left of a page that was loaded anew does not count', () => {
  const old = connectionOf(pollOf({}, { score: 1 }), { id: 1, lastAt: NOW - 60_000 })
  const closed = connectionOf(pollOf({}, { score: 2 }), { id: 2, state: 'closed' })
  const current = connectionOf(pollOf({}, { score: 8 }), { id: 3 })
  expect(personOf(old, closed, current).last.score).toBe(8)
})

test('whoever has left is as he was at the end', () => {
  const first = connectionOf(pollOf({}, { score: 3 }), { state: 'closed', lastAt: NOW - 9000 })
  const second = connectionOf(pollOf({}, { score: 7 }), { id: 2, state: 'removed' })
  expect(personOf(first, second)).toMatchObject({ state: 'removed', last: { score: 7 } })
})

test('of several connections that run the worst state is shown', () => {
  const own = ['connected', 'failed', 'disconnected'].map((state, id) =>
    connectionOf(null, { id, state }),
  )
  expect(personOf(...own).state).toBe('failed')
})

test('a score is the mean of all polls', () => {
  const long = connectionOf(null, { score: 8, polls: 30 })
  const short = connectionOf(null, { id: 2, score: 4, polls: 10 })
  const unrated = connectionOf(null, { id: 3, score: null, polls: 50 })
  expect(personOf(long, short, unrated).score).toBe(7)
  expect(personOf(unrated).score).toBeNull()
})

test('the larger picture is shown, with its own frame rate', () => {
  const small = { width: 320, height: 180, fps: 30 }
  const large = { width: 640, height: 360, fps: 15 }
  const own = [small, large].map((picture, id) =>
    connectionOf(pollOf({ 'video.inbound': picture }), { id }),
  )
  expect(personOf(...own).last.videoIn).toEqual(large)
})

test('whoever becomes silent changes by what the others do', () => {
  const heardAt = (receivedAt: number) => ({ from: producerOf({ receivedAt }) })
  const ann = connectionOf(null, { id: 2, participant: 'ann', ...heardAt(0) })
  const before = peopleOf([ann, connectionOf(null, heardAt(0))])
  const after = peopleOf([ann, connectionOf(null, heardAt(40_000))], before)
  expect([before, after].map(([first]) => first?.isSilent)).toEqual([false, true])
})

test('whoever has not changed is the same object', () => {
  const [ann, ben] = [connectionOf(null, { id: 2, participant: 'ann' }), connectionOf()]
  const before = peopleOf([ann, ben])
  const after = peopleOf([ann, { ...ben, polls: 11 }], before)
  expect(after[0]).toBe(before[0])
  expect(after[1]).not.toBe(before[1])
})
