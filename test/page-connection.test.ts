// Which of somebody's connections the page shows, and what it says of events.
import { describe, expect, it } from 'vitest'
import { chooseConnection } from '../collector/page/choose-connection.ts'
import { familyOf, toldOf } from '../collector/page/event-words.ts'
import { marksOf } from '../collector/page/series/marks.ts'
import { createSeries } from '../collector/page/series/series.ts'
import { eventAt, pollAt } from './page-moments.ts'
import { connectionOf } from './page-people.ts'

describe('the connection that is shown', () => {
  const long = connectionOf(null, { id: 1, firstAt: 0, lastAt: 90_000, state: 'connected' })
  const newest = connectionOf(null, { id: 2, firstAt: 70_000, lastAt: 95_000, state: 'connected' })
  const closed = connectionOf(null, { id: 3, firstAt: 80_000, lastAt: 96_000, state: 'closed' })
  const all = [long, newest, closed]

  it('is the one of the address', () => expect(chooseConnection(all, 3, true)?.id).toBe(3))

  it('is the newest that runs while the call does', () =>
    expect(chooseConnection(all, null, true)?.id).toBe(2))

  it('is the longest after it', () => expect(chooseConnection(all, null, false)?.id).toBe(1))

  it('is the longest of those where the address names one that is not there', () =>
    expect(chooseConnection(all, 99, false)?.id).toBe(1))
})

describe('an event', () => {
  it.each([
    ['connectionStateChange', 'connection', { state: 'failed' }, 'Connection failed', ''],
    [
      'iceCandidate',
      'ice',
      { candidate: 'candidate:1 1 udp 2 192.0.2.1 9 typ relay' },
      'ICE candidate',
      'relay, udp',
    ],
    ['iceCandidate', 'ice', null, 'No more ICE candidates', ''],
    ['visibilityChange', 'page', { state: 'hidden' }, 'Page: hidden', ''],
    ['rating', 'application', { rating: 2, comment: 'no sound' }, 'Rated 2 of 5', 'no sound'],
    ['slide', 'application', { number: 3 }, 'App: slide', '{"number":3}'],
    ['somethingNew', 'ice', 'text', 'somethingNew', 'text'],
  ])('%s is said in a few words', (event, tag, data, what, detail) => {
    expect(toldOf({ event, tag, data })).toMatchObject({ what, detail })
  })

  it('of a family that is not known is the application’s', () =>
    expect(familyOf('x')).toBe('application'))
})

describe('the marks of plots', () => {
  it('are one for neighbours, and say what was', () => {
    const series = createSeries()
    const frozen = { 'video.inbound': { freezeCount: 1 } }
    series.add([pollAt(0), pollAt(2000, frozen), pollAt(4000, frozen), pollAt(6000)])
    series.add([pollAt(30_000, {}, { marks: ['gap', 'reset'] })])
    const events = [eventAt(3000, 'connection', 'connectionStateChange', { state: 'failed' })]
    const told = marksOf(series, events).video.map(({ kind, from, to }) => [kind, from, to])
    expect(told).toEqual([
      ['freeze', 0, 4],
      ['event', 3, 3],
      ['gap', 6, 30],
      ['reset', 30, 30],
    ])
  })
})
