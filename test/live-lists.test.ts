// The lists of rooms and sessions: what their connections come to, found by any name in them, the newest of many.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RoomRow, SessionRow } from '../collector/src/live/views.ts'
import { itemOf } from './batches.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import { createFakeClock } from './fake-clock.ts'
import type { FakeClock } from './fake-clock.ts'
import { clientIn, openCall, pollItem, stateItem, T0 } from './live-call.ts'
import type { LiveCall } from './live-call.ts'

let clock: FakeClock
let call: LiveCall

beforeEach(async () => {
  clock = createFakeClock(T0)
  call = await openCall({ clock, store: await openStore(':memory:', { now: clock.now }) })
})

afterEach(() => call.collector.close())

async function rooms(
  query = '',
): Promise<{ rows: readonly RoomRow[]; isAll: boolean } | undefined> {
  const stream = await call.follow(`/live/rooms${query}`)
  const told = await stream.next('rooms')
  await stream.leave()
  return told?.data
}

async function sessions(query = ''): Promise<readonly SessionRow[] | undefined> {
  const stream = await call.follow(`/live/sessions${query}`)
  const told = await stream.next('sessions')
  await stream.leave()
  return told?.data.rows
}

const bob = { peerId: 'bob', peerName: 'Bob', pcId: 'pc9' }

describe('a room', () => {
  test('has the scores of its participants, each of all their polls and connections', async () => {
    const carol = clientIn('standup', 'carol')
    await call.post([pollItem(0, { score: 2 }), pollItem(1, { score: 4, freezes: 3 })], carol)
    await call.post([pollItem(2, { score: 6 }, { pcId: 'pc1' })], carol)
    const other = { ...clientIn('standup'), producer: 'q', sessionId: 't' }
    await call.post([pollItem(5, { score: 8, freezes: 1 }, bob), pollItem(6, {}, bob)], other)
    expect(await rooms()).toEqual({
      rows: [
        {
          ...{ roomId: 'standup', isNamed: true, startMs: T0, endMs: T0 + 6000, isLive: true },
          ...{ participants: 2, calls: 1, score: 6, worstScore: 4, worst: 'Alice', freezes: 4 },
        },
      ],
      isAll: true,
    })
  })

  test('is live until all have left, or nothing came for a while', async () => {
    await call.post([pollItem(0), pollItem(1, {}, bob)])
    await call.post([stateItem(2, 'closed')])
    const isLive = async (): Promise<boolean | undefined> => (await rooms())?.rows[0]?.isLive
    expect(await isLive()).toBe(true)
    await clock.advance(130_000)
    expect(await isLive()).toBe(false)
    await call.post([stateItem(3, 'connected', bob)])
    expect(await isLive()).toBe(true)
    await call.post([itemOf(4, { ...bob, event: 'peerRemoved', tag: 'peer', data: null })])
    expect(await isLive()).toBe(false)
  })

  test('that nobody named is the session of one page', async () => {
    await call.post([pollItem(0)])
    expect((await rooms())?.rows).toMatchObject([{ roomId: 's', isNamed: false, score: null }])
  })

  test('is found by what stands in any of its names, with all that is in it', async () => {
    await call.post([pollItem(0), pollItem(1, {}, bob)], clientIn('100%_sure', 'carol'))
    await call.post([pollItem(0)], { sessionId: 't', producer: 'q', ...clientIn('1000 sure') })
    for (const word of ['100%25_', 'sure', 'Bob', 'carol', 'DEMO']) {
      const found = (await rooms(`?q=${word}`))?.rows.find(({ roomId }) => roomId === '100%_sure')
      expect([word, found?.participants]).toEqual([word, 1])
    }
    expect((await rooms('?q=100%25_'))?.rows).toHaveLength(1)
    expect((await rooms(`?q=${'x'.repeat(5000)}`))?.rows).toEqual([])
    expect((await rooms(`?q=%27%20or%201=1%00`))?.rows).toEqual([])
  })
})

test('of very many rooms the newest 200 are told, the newest first', async () => {
  for (let room = 0; room < 203; room += 1) {
    const name = `room ${room}`
    await call.post([pollItem(room)], { sessionId: name, producer: name, ...clientIn(name) })
  }
  const { rows = [], isAll } = (await rooms()) ?? {}
  expect([rows.length, isAll]).toEqual([200, false])
  expect([rows[0]?.roomId, rows.at(-1)?.roomId]).toEqual(['room 202', 'room 3'])
})

test('a session has its rooms, its peers and all its items', async () => {
  await call.post([pollItem(0), pollItem(1, {}, bob)], clientIn('standup'))
  await call.post([pollItem(2, {}, { ...bob, pcId: 'pc7' })], clientIn('retro'))
  const expected = { sessionId: 's', sessionName: 'Demo call', peers: 2, items: 3, isLive: true }
  const [row, ...others] = (await sessions()) ?? []
  expect([row, others]).toMatchObject([{ ...expected, startMs: T0, endMs: T0 + 2000 }, []])
  expect(row?.roomIds.toSorted()).toEqual(['retro', 'standup'])
  expect(await sessions('?q=retro')).toHaveLength(1)
  expect(await sessions('?q=nowhere')).toEqual([])
})

test('a list comes again where a row has changed, and only then', async () => {
  await call.post([pollItem(0, { score: 5 })])
  const stream = await call.follow('/live/rooms')
  await stream.next('rooms')
  const next = stream.next('rooms')
  await call.post([itemOf(1, { peerId: null, peerName: null, pcId: null })])
  await clock.advance(5000)
  await call.post([pollItem(2, { score: 7 })])
  await clock.advance(2000)
  expect((await next)?.data.rows).toMatchObject([{ score: 6 }])
  await stream.leave()
})
