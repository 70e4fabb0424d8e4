// A room in the list: it is shown as the newest call in it is.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RoomRow } from '../collector/src/live/views.ts'
import { clientIn, openCall, pollItem, T0, timeAt } from './live-call.ts'
import type { LiveCall } from './live-call.ts'

let call: LiveCall

beforeEach(async () => {
  call = await openCall()
})

afterEach(() => call.collector.close())

async function rooms(): Promise<readonly RoomRow[]> {
  const stream = await call.follow('/live/rooms')
  const told = await stream.next('rooms')
  await stream.leave()
  return told?.data.rows ?? []
}

test('a room is shown as its newest call is', async () => {
  await call.post([pollItem(0, { score: 2, freezes: 3 }), pollItem(20, { score: 2 })])
  const next = [9000, 9030].map((sec) => ({ timestamp: timeAt(1000 * sec) }))
  const bob = { peerId: 'bob', peerName: 'Bob' }
  await call.post([pollItem(0, { score: 8 }, next[0])], { producer: 'q' })
  await call.post([pollItem(0, { score: 6, freezes: 1 }, { ...next[1], ...bob })], {
    producer: 'r',
  })
  expect(await rooms()).toMatchObject([
    {
      ...{ startMs: T0 + 9e6, endMs: T0 + 9.03e6, calls: 2, participants: 2 },
      ...{ score: 7, worstScore: 6, worst: 'Bob', freezes: 1 },
    },
  ])
})

test('connections that overlap are one call, however long ago the first began', async () => {
  await call.post([pollItem(0), pollItem(9000)])
  await call.post([pollItem(8000)], { producer: 'q' })
  expect(await rooms()).toMatchObject([{ startMs: T0, endMs: T0 + 9e6, calls: 1 }])
})

test('the worst of a room is named as he is known, and nobody where nobody was rated', async () => {
  const none = { peerName: null }
  await call.post([pollItem(0, { score: 3 }, none)], clientIn('named', 'user-7'))
  await call.post([pollItem(0)], { producer: 'q', ...clientIn('unrated') })
  const worst = Object.fromEntries((await rooms()).map((row) => [row.roomId, row.worst]))
  expect(worst).toEqual({ named: 'user-7', unrated: null })
})
