// The streams of the live page: each begins with all there is and goes on with what is new, and whoever is slow or gone holds nothing.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../collector/src/store/libsql.ts'
import { createFakeClock } from './fake-clock.ts'
import type { FakeClock } from './fake-clock.ts'
import { dataOf } from './following.ts'
import { clientIn, openCall, pollItem, stateItem, T0 } from './live-call.ts'
import type { LiveCall } from './live-call.ts'

let clock: FakeClock
let call: LiveCall
let told: string[]

beforeEach(async () => {
  told = []
  clock = createFakeClock(T0)
  const log = (entry: { readonly event: string }): void => void told.push(entry.event)
  call = await openCall({ clock, log, store: await openStore(':memory:', { now: clock.now }) })
})

afterEach(() => call.collector.close())

/** Lets a stream look again, and gives what it says. */
async function afterMs<Value>(ms: number, next: Promise<Value>): Promise<Value> {
  await clock.advance(ms)
  return next
}

describe('a room', () => {
  test('comes with all its connections, then with those that have changed', async () => {
    await call.post([pollItem(0), pollItem(1, {}, { pcId: 'pc1' })])
    const stream = await call.follow('/live/rooms/s')
    const begun = await stream.caughtUp()
    expect(begun.map(({ name }) => name)).toEqual(['group', 'connections'])
    await call.post([pollItem(0)], { producer: 'q' })
    const news = await afterMs(1000, stream.next('connections'))
    expect(news?.data).toMatchObject([{ polls: 1, from: { producer: 'q' } }])
    await stream.leave()
  })

  test('comes with a connection again where its page told something else', async () => {
    await call.post([pollItem(1)])
    const stream = await call.follow('/live/rooms/s')
    await stream.caughtUp()
    await call.post([stateItem(0, 'x', { peerId: null, peerName: null, pcId: null })])
    const news = await afterMs(1000, stream.next('connections'))
    expect(news?.data).toMatchObject([{ polls: 1, from: { items: 2, missing: 0 } }])
    await stream.leave()
  })

  test('begins from the start for whoever comes back', async () => {
    await call.post([pollItem(0)])
    const stream = await call.follow('/live/rooms/s')
    const begun = await stream.caughtUp()
    await stream.leave()
    expect(await (await call.follow('/live/rooms/s')).caughtUp()).toEqual(begun)
  })

  test('is over by time alone', async () => {
    await call.post([pollItem(0)])
    const stream = await call.follow('/live/rooms/s')
    expect((await stream.next('group'))?.data.isLive).toBe(true)
    expect((await afterMs(130_000, stream.next('group')))?.data.isLive).toBe(false)
    await stream.leave()
  })

  test('begins anew where another call has begun, or a connection left for another room', async () => {
    await call.post([pollItem(0), pollItem(1, {}, { pcId: 'pc1' })])
    const streams = [await call.follow('/live/rooms/s'), await call.follow('/live/rooms/s')]
    await Promise.all(streams.map((stream) => stream.caughtUp()))
    await call.post([pollItem(2)], clientIn('standup'))
    await clock.advance(1000)
    expect(await streams[0]?.caughtUp()).toEqual([])
    const late = { timestamp: new Date(T0 + 9e6).toISOString() }
    const stream = await call.follow('/live/rooms/s')
    await stream.caughtUp()
    await call.post([pollItem(0, {}, late)], { producer: 'q' })
    await clock.advance(1000)
    expect(await stream.caughtUp()).toEqual([])
    await streams[1]?.leave()
  })

  test('shows the call of the time that is asked for', async () => {
    await call.post([pollItem(0), pollItem(5)])
    const next = { timestamp: new Date(T0 + 9e6).toISOString() }
    await call.post([pollItem(0, {}, next)], { producer: 'q' })
    const { view, connections } = await call.group(`/live/rooms/s?call=${T0 + 2000}`)
    expect(view).toMatchObject({ call: { startMs: T0, endMs: T0 + 5000 }, calls: [{}, {}] })
    expect(connections).toMatchObject([{ polls: 2 }])
    expect((await call.group('/live/rooms/s?call=x')).view?.call.startMs).toBe(T0 + 9e6)
  })
})

describe('a connection', () => {
  test('comes with each moment once, that of an older time too, and the whole one after its part', async () => {
    const part = pollItem(4, {}, { partial: true })
    await call.post([pollItem(3), part])
    const stream = await call.follow('/live/connections/1')
    const begun = dataOf(await stream.caughtUp(), 'moments').flat()
    expect(begun.map(({ seq, isPartial }) => [seq, isPartial])).toEqual([
      [3, false],
      [4, true],
    ])
    await call.post([pollItem(0), pollItem(4), pollItem(3)])
    const news = await afterMs(500, stream.next('moments'))
    expect(news?.data.map(({ seq, isPartial }) => [seq, isPartial])).toEqual([
      [0, false],
      [4, false],
    ])
    await stream.leave()
  })

  test('comes with what its page, its peer and their worker tell, and no other connection', async () => {
    const [none, page] = [{ pcId: null }, { peerId: null, peerName: null, pcId: null }]
    const other = { peerId: 'bob', peerName: 'Bob' }
    await call.post([pollItem(0), stateItem(1, 'x', none), stateItem(2, 'x', page)])
    await call.post([stateItem(3, 'x', { ...none, ...other }), pollItem(4, {}, { pcId: 'pc1' })])
    await call.post([stateItem(5, 'x', page)], { producer: 'p.w1' })
    await call.post([stateItem(6, 'x', page)], { producer: 'q' })
    expect((await call.moments(1)).map(({ seq }) => seq)).toEqual([0, 1, 2, 5])
  })

  test('comes in pieces, in order and whole, where it is long', async () => {
    const page = { peerId: null, peerName: null, pcId: null }
    for (let from = 0; from < 1200; from += 400) {
      const items = Array.from({ length: 400 }, (_, index) =>
        index % 3 === 0 ? stateItem(from + index, 'x', page) : pollItem(from + index),
      )
      await call.post(items)
    }
    const stream = await call.follow('/live/connections/1')
    expect((await stream.next('gone'))?.name).toBe('gone')
    const seqs = (await call.moments(await idOfAlice())).map(({ seq }) => seq)
    expect(seqs).toEqual(Array.from({ length: 1200 }, (_, seq) => seq))
  })

  async function idOfAlice(): Promise<number> {
    return (await call.group('/live/rooms/s')).connections[0]?.id ?? 0
  }
})

test.each([
  '/live/connections/9',
  '/live/connections/abc',
  '/live/connections/1e3',
  '/live/connections/99999999999999999999',
  '/live/rooms/%00%ff',
  '/live/rooms/..%2f..%2fetc',
  "/live/sessions/'%20or%201=1%20--",
])('%s is told to be nowhere, and that is all', async (path) => {
  const stream = await call.follow(path)
  expect((await stream.next('gone'))?.data.reason).toContain('There is no such')
  expect(await stream.next('gone')).toBeUndefined()
})

test('a stream without news says now and then that it is here', async () => {
  await call.post([pollItem(0)])
  const stream = await call.follow('/live/rooms/s')
  await stream.caughtUp()
  const next = stream.next('connections')
  await clock.advance(25_000)
  expect(stream.comments()).toBe(2)
  await call.post([pollItem(1)])
  expect(await afterMs(1000, next)).toMatchObject({ data: [{ polls: 2 }] })
  await stream.leave()
})

test('a stream is ended where the store fails, and it is told', async () => {
  await call.post([pollItem(0)])
  const stream = await call.follow('/live/rooms/s')
  await stream.caughtUp()
  const next = stream.next('connections')
  await call.collector.store.close()
  await clock.advance(20_000)
  expect(await next).toBeUndefined()
  expect(told).toContain('failed')
})

describe('followers', () => {
  const open = (): Promise<Response> => call.get('/live/rooms')
  const many = (): Promise<Response[]> => Promise.all(Array.from({ length: 100 }, open))

  test('beyond a hundred are asked to come later, and one who leaves makes room', async () => {
    const responses = await many()
    const late = await open()
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '5'])
    await responses[3]?.body?.cancel()
    expect((await open()).status).toBe(200)
    expect((await open()).status).toBe(503)
  })

  test('who ask for the head alone take no place', async () => {
    for (let count = 0; count < 101; count += 1) {
      const { status, body } = await call.get('/live/rooms', { method: 'HEAD' })
      expect([status, body]).toEqual([200, null])
    }
    expect((await open()).status).toBe(200)
  })

  test('who do not read make room for others after a while', async () => {
    const responses = await many()
    const readers = responses.map(({ body }) => body?.getReader())
    await Promise.all(readers.map((reader) => reader?.read()))
    await clock.advance(31_000)
    expect((await open()).status).toBe(200)
    expect((await readers[0]?.read())?.done).toBe(true)
  })

  test('who never begin to read do so too', async () => {
    await many()
    await clock.advance(31_000)
    expect((await open()).status).toBe(200)
  })

  test('are let go when the collector is detached, and no more are taken', async () => {
    await call.post([pollItem(0)])
    const streams = [await call.follow('/live/rooms/s'), await call.follow('/live/sessions')]
    const ends = streams.map((stream) => stream.next('gone'))
    await clock.advance(0)
    call.collector.detach()
    expect(await Promise.all(ends)).toEqual([undefined, undefined])
    expect((await open()).status).toBe(503)
  })
})
