// The tail: the newest unanswered items as one body within a limit.
import { describe, expect, it } from 'vitest'
import type { Batch, Item } from '../src/wire.ts'
import { decodeBody } from '../workers/body.ts'
import { encodeItem } from '../workers/item.ts'
import { createLater } from '../workers/later.ts'
import { Tail } from '../workers/tail.ts'
import { createFakeClock } from './fake-clock.ts'
import { PROFILE } from './stores.ts'

const LIMITS = { beacon: 8000, later: 3000, epoch: 0 }

function create(limits = LIMITS) {
  let ids = 0
  const newId = (): string => `t${ids++}`
  const tail = new Tail({ producer: 'p1', limits, profile: PROFILE, now: () => 0, newId })
  const add = (item: Item, producer = 'p1'): void => tail.add(encodeItem(producer, item))
  const body = (kind: 'beacon' | 'later' = 'beacon'): Batch | null => {
    const taken = tail.take(kind)
    return taken?.bytes ? decodeBody(taken.bytes) : null
  }
  return { tail, add, body }
}

const base = {
  peerId: 'alice',
  peerName: 'Alice',
  timestamp: '2026-01-01T00:00:00.000Z',
  interval: 2000,
}

const state = (seq: number, padding = 0): Item => ({
  ...base,
  ...{ event: 'connectionStateChange', tag: 'connection', pcId: 'pc1', seq },
  data: { state: 'connected', padding: 'x'.repeat(padding) },
})

const stats = (seq: number, pcId = 'pc1', padding = 100): Item => ({
  ...base,
  ...{ event: 'stats', tag: 'stats', pcId, seq },
  data: { raw: { codec: [{ id: 'x'.repeat(padding) }] }, metrics: { out: { bitrate: seq } } },
})

const seqsOf = (batch: Batch | null): number[] => batch?.items.map(({ seq }) => seq) ?? []
const partials = (batch: Batch | null): number[] =>
  batch?.items.filter(({ partial }) => partial).map(({ seq }) => seq) ?? []

describe('tail', () => {
  it('is a whole batch of what has no answer, in the order of seq', () => {
    const { add, body } = create()
    for (const item of [state(0), stats(1), state(2), stats(3)]) add(item)
    const batch = body()
    expect(seqsOf(batch)).toEqual([0, 1, 2, 3])
    expect(batch).toMatchObject({ producer: 'p1', count: 4, schemaVersion: 1, dropped: {} })
    expect(batch?.sessionId).toBe(PROFILE.sessionId)
    expect(batch?.batchId).toBe('t0')
  })

  it('says nothing of the queue: what is in it is queued, too', () => {
    const { add, body } = create()
    add(state(0))
    expect(body()?.client).toEqual(PROFILE.client)
  })

  it('is made again only when something has changed', () => {
    const { tail, add, body } = create()
    expect(tail.take('beacon')).toBeUndefined()
    add(state(0))
    expect(seqsOf(body())).toEqual([0])
    expect(tail.take('beacon')).toBeUndefined()
    expect(seqsOf(body('later'))).toEqual([0])
  })

  it('is not made again for a report of which no tail takes even the metrics', () => {
    const { tail, add, body } = create()
    add(stats(0))
    expect(seqsOf(body())).toEqual([0])
    const metrics = { out: { bitrate: 1, padding: 'x'.repeat(LIMITS.beacon) } }
    add({ ...stats(1), data: { raw: {}, metrics } })
    expect(tail.take('beacon')).toBeUndefined()
    add(state(2))
    expect(seqsOf(body())).toEqual([0, 2])
  })

  it('what was answered is in it no more', () => {
    const { tail, add, body } = create()
    for (const item of [state(0), state(1), state(2)]) add(item)
    const answered = (...seqs: number[]) =>
      tail.answered(seqs.map((seq) => ({ producer: 'p1', seq })))
    answered(0, 1)
    expect(seqsOf(body())).toEqual([2])
    tail.answered([{ producer: 'p2', seq: 2 }])
    answered(0)
    expect(body()).toBeNull()
    add(state(3))
    expect(seqsOf(body())).toEqual([2, 3])
    answered(2, 3)
    expect(tail.take('beacon')).toEqual({ epoch: 0, bytes: null })
  })

  it('is never larger than its limit, and tells of its items whatever their sizes', () => {
    for (const padding of [0, 500, 2000, 5000, 7800, 9000]) {
      const { tail, add } = create()
      for (let seq = 0; seq < 60; seq += 3) {
        add(state(seq, padding / 40))
        add(stats(seq + 1, 'pc1', padding))
        add(stats(seq + 2, 'pc2', padding))
      }
      for (const kind of ['beacon', 'later'] as const) {
        const bytes = tail.take(kind)?.bytes
        expect(bytes?.byteLength).toBeLessThanOrEqual(LIMITS[kind])
        const batch = bytes ? decodeBody(bytes) : null
        expect(batch?.count).toBe(batch?.items.length)
        expect(seqsOf(batch)).toEqual(seqsOf(batch).toSorted((one, other) => one - other))
        // The last state change, and the newest report of each connection.
        expect(seqsOf(batch)).toEqual(expect.arrayContaining([57, 58, 59]))
      }
    }
  })

  it('a report that does not fit leaves its metrics, marked as partial', () => {
    const { add, body } = create()
    add(stats(0, 'pc1', 20_000))
    add(stats(1, 'pc2', 20_000))
    const batch = body()
    expect(partials(batch)).toEqual([0, 1])
    expect(batch?.items[1]?.data).toEqual({ metrics: { out: { bitrate: 1 } } })
  })

  it('the newest report of each connection comes before older ones', () => {
    const { add, body } = create()
    for (let seq = 0; seq < 10; seq++) add(stats(seq, seq % 2 ? 'pc1' : 'pc2', 3000))
    const batch = body()
    expect(seqsOf(batch)).toEqual([8, 9])
    expect(partials(batch)).toEqual([])
  })

  it('state changes come first, and leave room for the newest report', () => {
    const { add, body } = create()
    add(stats(0, 'pc1', 20_000))
    for (let seq = 1; seq < 100; seq++) add(state(seq, 200))
    const seqs = seqsOf(body())
    expect(seqs[0]).toBe(0)
    expect(seqs.at(-1)).toBe(99)
    expect(seqs.length).toBeGreaterThan(8)
  })

  it("another producer's items are not in it", () => {
    const { tail, add } = create()
    add(state(0), 'p1.w0')
    expect(tail.take('beacon')).toBeUndefined()
  })

  it('nothing is kept where none is wanted', () => {
    const { tail, add } = create({ beacon: 0, later: 0, epoch: 0 })
    add(state(0))
    expect(tail.take('beacon')).toBeUndefined()
    expect(tail.take('later')).toBeUndefined()
  })

  it('what came before another user is here is in it no more, and neither is that name', () => {
    const { tail, add, body } = create()
    add(state(0))
    tail.forget(1)
    tail.open({ ...PROFILE, sessionName: 'new' })
    expect(tail.take('beacon')).toEqual({ epoch: 1, bytes: null })
    add(state(1))
    const batch = body()
    expect(seqsOf(batch)).toEqual([1])
    expect(batch?.sessionName).toBe('new')
  })

  it('however much waits, it keeps a bounded part of it: the newest', () => {
    const { add, body } = create()
    for (let seq = 0; seq < 500; seq++) add(state(seq, 10_000))
    add(state(500))
    expect(seqsOf(body())).toEqual([500])
  })
})

describe('what leaves when the page crashes', () => {
  function createLaterOf() {
    const clock = createFakeClock()
    const { tail, add } = create()
    const posted: number[] = []
    const later = createLater({
      clock,
      take: () => tail.take('later'),
      post: () => posted.push(clock.elapsed()),
    })
    return { clock, add, posted, later }
  }

  it('is renewed at once, then about every 2 s while events come, and not while nothing changes', async () => {
    const { clock, add, posted, later } = createLaterOf()
    for (let seq = 0; seq < 50; seq++) {
      add(state(seq))
      later.renew('event')
      await clock.advance(100)
    }
    await clock.advance(20_000)
    later.renew('answer')
    expect(posted).toEqual([0, 2200, 4400, 6600])
  })

  it('has each poll of two seconds at once while events come, whatever is before and between', async () => {
    const { clock, add, posted, later } = createLaterOf()
    for (let seq = 0; seq < 100; seq++) {
      add(state(seq))
      later.renew(seq % 20 === 5 ? 'poll' : 'event')
      await clock.advance(100)
    }
    later.stop()
    expect(posted).toEqual([0, 500, 2500, 4500, 6500, 8500])
  })

  it('is not renewed more often by polls that come more often', async () => {
    const { clock, add, posted, later } = createLaterOf()
    for (let seq = 0; seq < 50; seq++) {
      add(state(seq))
      later.renew('event')
      later.renew('poll')
      await clock.advance(200)
    }
    later.stop()
    expect(posted).toEqual([0, 200, 2000, 3800, 5600, 7400, 9200])
  })

  it('has the first poll; of polls and answers alone it is renewed every 20 s then, by an event at once', async () => {
    const { clock, add, posted, later } = createLaterOf()
    for (let seq = 0; seq < 25; seq++) {
      add(state(seq))
      if (seq === 13) later.renew('event')
      later.renew('answer')
      later.renew('poll')
      await clock.advance(2000)
    }
    later.stop()
    expect(posted).toEqual([0, 2000, 22_000, 26_000, 42_000])
  })
})
