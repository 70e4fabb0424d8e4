// Who took part in a call, and what is known of them.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { KeptItem } from '../collector/src/facts.ts'
import { callAt, createPage, FACTS, NEW_STATES, outbound, recordsOf } from './room-items.ts'

const T = Date.parse('2026-03-01T10:00:00.000Z')

describe('who took part', () => {
  it('somebody who came back, and several connections of one user, are one', () => {
    const page = createPage('page', { userId: 'ann' })
    callAt(T, page, { pcId: 'pc1', peerId: 'sfu up' })
    callAt(T + 10_000, page, { pcId: 'pc2', peerId: 'sfu down' })
    const again = callAt(T + 20_000, createPage('again', { userId: 'ann' }))
    const [record] = recordsOf([...page.items, ...again])
    expect(record).toMatchObject({
      users: 1,
      duration: 30,
      peers: [{ peer_id: 'ann', duration: 30 }],
    })
  })

  it('without users each peer is one', () => {
    const items = [...callAt(T), ...callAt(T, createPage('other'), { peerId: 'bob' })]
    const again = callAt(T + 11_000, createPage('again'))
    const [record] = recordsOf([...items, ...again])
    expect(record?.peers.map(({ peer_id }) => peer_id)).toEqual(['alice', 'bob'])
  })

  it('a user that is named late is named of the whole connection', () => {
    const page = createPage('page')
    page.join(T, 100)
    page.poll(T + 2000, outbound(T, 0), { facts: { userId: 'ann' } })
    page.leave(T + 4000, { facts: { userId: null } })
    expect(recordsOf(page.items)[0]?.peers.map(({ peer_id }) => peer_id)).toEqual(['ann'])
  })

  it('a peer without a poll has all members, each null; a room without a peer has no record', () => {
    const page = createPage('page')
    page.event(T, 'visibility', {}, { peerId: null, pcId: null, tag: 'page' })
    expect(recordsOf(page.items)).toEqual([])
    page.event(T, 'peerAdded', NEW_STATES)
    const [record] = recordsOf(page.items)
    const way = { bitrate: null, packet_loss: null, jitter: null }
    expect(record?.peers[0]?.stats).toEqual({
      ...{ mos: null, score: null, call_setup_time: null },
      audio: {
        send: { mos: null, score: null, ...way, rtt: null },
        recv: { mos: null, score: null, ...way },
        ...way,
      },
      video: { send: { mos: null, ...way, rtt: null }, recv: { mos: null, ...way }, ...way },
    })
  })

  it('summaries are of no connection', () => {
    const page = createPage('page.w0')
    page.event(T, 'summary', {}, { pcId: null, tag: 'summary' })
    expect(recordsOf(page.items)).toEqual([])
  })

  it('facts are those of the latest batch, keys the last that were written', () => {
    const [one, two] = [{ keys: { a: '1', b: '1' } }, { keys: { b: '2', __proto__x: '2' } }]
    const page = createPage('page')
    page.join(T, 100, {
      facts: {
        ...two,
        sdkVersion: '2',
        location: { city: 'B', country: null, organization: null },
      },
    })
    page.leave(T + 1000, { facts: { ...one, sdkVersion: '1' } })
    const items = page.items.map((kept) => ({
      ...kept,
      exportedAt: kept.facts.sdkVersion === '2' ? 2 : 1,
    }))
    expect(recordsOf(items)[0]?.peers[0]).toMatchObject({
      ...{ sdk_version: '2', location: { city: 'B' }, keys: { a: '1', b: '2', __proto__x: '2' } },
    })
  })
})

it('what a page says in its next call does not change the one before', () => {
  const page = createPage('page', { keys: { topic: 'one' } })
  callAt(T, page)
  callAt(T + 3_600_000, page, { pcId: 'pc2', facts: { keys: { topic: 'two' } } })
  page.event(T + 3_611_000, 'rating', {}, { peerId: null, facts: { keys: { stars: '5' } } })
  const [first, second] = recordsOf(page.items)
  expect(first?.peers[0]?.keys).toEqual({ topic: 'one' })
  expect(second?.peers[0]?.keys).toEqual({ stars: '5', topic: 'two' })
})

describe('a body without a producer', () => {
  const plain = (name: string): KeptItem[] => {
    const path = new URL(`fixtures/wire-batch.${name}.json`, import.meta.url)
    const body = JSON.parse(readFileSync(path, 'utf8')) as {
      sessionId: string
      exportedAt: string
      items: KeptItem['item'][]
    }
    const { sessionId, exportedAt, items } = body
    const at = Date.parse(exportedAt)
    const facts = { ...FACTS, roomId: sessionId, sdkVersion: null }
    return items.map((item) => {
      return { receivedAt: at, sessionId, producer: null, exportedAt: at, facts, item }
    })
  }

  it('gives a record: 33 ms of set-up in what backends receive today', () => {
    const [record] = recordsOf([...plain('connection'), ...plain('stats')])
    expect(record).toMatchObject({ room_id: 'test-1772304502224', users: 1 })
    expect(record?.peers[0]).toMatchObject({
      peer_id: 'alice',
      stats: { call_setup_time: 33, audio: { send: { bitrate: null } } },
      features: { connection_type: 'DIRECT', media_transport: 'udp' },
    })
  })

  it('is ordered by time', () => {
    const polls = [0, 4, 2, 6].map((second) => {
      const at = T + second * 1000
      const item = { ...{ event: 'stats', tag: 'stats', peerId: 'alice', peerName: null } }
      const timestamp = new Date(at).toISOString()
      const data = outbound(at, second * 1000)
      return {
        ...{ receivedAt: T + 6000, sessionId: 's', producer: null, exportedAt: T },
        facts: FACTS,
        item: { ...item, timestamp, data },
      }
    })
    expect(recordsOf(polls)[0]?.peers[0]?.stats.audio.send.bitrate).toBe(8)
  })
})
