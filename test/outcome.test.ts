import { describe, expect, it } from 'vitest'
import type { Batch, Item, StatsData } from '../src/wire.ts'
import { encodeBody } from '../workers/body.ts'
import { answerFor, outcomeOf, reasonForLater } from '../workers/outcome.ts'
import type { StoredBatch } from '../workers/queue.ts'
import type { Part } from '../workers/shelf.ts'
import { PROFILE, record } from './stores.ts'

function batchOf(...items: readonly Uint8Array[]): StoredBatch {
  const envelope = {
    ...PROFILE,
    batchId: 'b',
    producer: 'p1',
    sealedAt: 0,
    dropped: { evicted: 3 },
  }
  const json = encodeBody(envelope, items)
  const row = {
    v: 1 as const,
    batchId: 'b',
    sessionId: 's1',
    count: items.length,
    body: json,
    encoding: null,
    bytes: json.byteLength,
    owner: null,
    dropped: envelope.dropped,
    at: 0,
    attempts: 0,
    isAnnounced: false,
  }
  return { key: ['b', 'p1', 1, 0], producer: 'p1', row, json }
}

const some = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, n) => record(n).json)
const read = (part: Part | undefined): Batch => JSON.parse(new TextDecoder().decode(part?.json))
/** As the part says itself, and as they are. */
function seqs(part: Part | undefined): readonly number[] {
  expect(part?.seqs).toEqual(read(part).items.map(({ seq }) => seq))
  return part?.seqs ?? []
}

describe('outcome', () => {
  it('a batch that was taken whole is done with', () => {
    const done = { sent: 2, again: [], quarantined: null }
    expect(outcomeOf(batchOf(...some(2)), { status: 'ok' })).toMatchObject(done)
    expect(outcomeOf(batchOf(...some(2)), { status: 'handed-over' })).toMatchObject(done)
  })

  it('rejected items go on or into quarantine, and only the others count as sent', () => {
    const outcome = outcomeOf(batchOf(...some(4)), {
      status: 'ok',
      rejected: [
        { index: 1, reason: 'later', retry: true },
        { index: 3, reason: 'poison', retry: false },
        { index: 99, reason: 'no such item', retry: true },
      ],
    })
    expect(outcome.sent).toBe(2)
    expect(outcome.again.map(({ batchId, count }) => [batchId, count])).toEqual([['b/r', 1]])
    expect(seqs(outcome.again[0])).toEqual([1])
    expect(seqs(outcome.quarantined?.part)).toEqual([3])
    expect(outcome.quarantined?.reason).toBe('poison')
  })

  it('a batch that is too large becomes two halves by bytes, and tells its drops once', () => {
    const items = [record(0, 1, 9000).json, record(1).json, record(2).json, record(3).json]
    const { sent, again, quarantined } = outcomeOf(batchOf(...items), { status: 'split' })
    expect([sent, quarantined]).toEqual([0, null])
    expect(again.map(seqs)).toEqual([[0], [1, 2, 3]])
    expect(again.map(({ batchId }) => batchId)).toEqual(['b/0', 'b/1'])
    expect(again.map((part) => read(part).dropped)).toEqual([{ evicted: 3 }, {}])
    expect(again.map((part) => read(part).count)).toEqual([1, 3])
  })

  it('one stats item that is too large loses what stands elsewhere, then all but its metrics, then it is quarantined', () => {
    const stat = { id: 'a', type: 'codec', timestamp: 1, filler: 'x'.repeat(5000) }
    const data = { codec: [stat], raw: { codec: [stat] }, metrics: { a: { bitrate: 1 } } }
    let item = JSON.parse(new TextDecoder().decode(record(7).json)) as Item<StatsData>
    item = { ...item, data }
    const sizes: number[] = []
    for (const [detail, expected] of [
      ['report', { codec: [stat], raw: {}, metrics: data.metrics }],
      ['metrics', { metrics: data.metrics }],
    ] as const) {
      const { again, reducedTo, sent } = outcomeOf(
        batchOf(new TextEncoder().encode(JSON.stringify(item))),
        { status: 'split' },
      )
      expect([reducedTo, sent]).toEqual([detail, 0])
      item = read(again[0]).items[0] as Item<StatsData>
      expect(item).toMatchObject({ seq: 7, partial: true })
      expect(item.data).toEqual(expected)
      sizes.push(again[0]?.json.byteLength ?? 0)
    }
    const last = outcomeOf(batchOf(new TextEncoder().encode(JSON.stringify(item))), {
      status: 'split',
    })
    expect(last.again).toEqual([])
    expect(last.quarantined?.reason).toBe('too large for the endpoint')
  })

  it('an item that is no stats has nothing to leave out: too large, it is quarantined at once', () => {
    const outcome = outcomeOf(batchOf(record(0, 0, 9000).json), { status: 'split' })
    expect(outcome).toMatchObject({ again: [], reducedTo: null })
    expect(outcome.quarantined?.reason).toBe('too large for the endpoint')
  })

  it('a report that stands there twice again is left out first', () => {
    const stat = { id: 'a', type: 'codec', timestamp: 1, filler: 'x'.repeat(500) }
    const data = { codec: [stat], raw: { codec: [stat] }, metrics: { a: { bitrate: 1 } } }
    const plain = JSON.parse(new TextDecoder().decode(record(7).json)) as Item<StatsData>
    const item = { ...plain, data, rawStats: [stat], statsObject: { a: stat } }
    const { again } = outcomeOf(batchOf(new TextEncoder().encode(JSON.stringify(item))), {
      status: 'split',
    })
    expect(read(again[0]).items[0]).not.toHaveProperty('rawStats')
    expect(read(again[0]).items[0]).not.toHaveProperty('statsObject')
  })

  it('a batch that the endpoint will never take is cut in two, by count, and tells its drops once', () => {
    const error = new Error('answered 400')
    const outcome = outcomeOf(batchOf(...some(5)), { status: 'drop', error })
    expect(outcome).toMatchObject({ sent: 0, quarantined: null, untold: {} })
    expect(outcome.again.map(seqs)).toEqual([
      [0, 1],
      [2, 3, 4],
    ])
    expect(outcome.again.map((part) => read(part).dropped)).toEqual([{ evicted: 3 }, {}])
  })

  it('the one item that it will never take is quarantined with its reason, and its drops are told by another', () => {
    const error = new Error('answered 400')
    const outcome = outcomeOf(batchOf(...some(1)), { status: 'drop', error })
    expect(outcome).toMatchObject({ sent: 0, again: [], quarantined: { reason: 'answered 400' } })
    expect(seqs(outcome.quarantined?.part)).toEqual([0])
    expect(outcome.untold).toEqual({ evicted: 3 })
  })

  it('a body that cannot be taken apart is quarantined as it is', () => {
    const batch = { ...batchOf(...some(2)), json: new TextEncoder().encode('{') }
    const outcome = answerFor(batch, { status: 'split' })
    expect(outcome).toMatchObject({ sent: 0, again: [], quarantined: { part: { count: 2 } } })
    expect(outcome.quarantined?.reason).toContain('its body cannot be read')
  })

  it('all of it is wanted later only where nothing was taken, and nothing refused for good', () => {
    const later = (index: number) => ({ index, reason: 'busy', retry: true })
    const never = { index: 1, reason: 'no', retry: false }
    expect(reasonForLater({ status: 'ok', rejected: [later(0), later(1)] }, 2)).toBe('busy')
    expect(reasonForLater({ status: 'ok', rejected: [later(0), later(0)] }, 2)).toBe(null)
    expect(reasonForLater({ status: 'ok', rejected: [later(0), later(9)] }, 2)).toBe(null)
    expect(reasonForLater({ status: 'ok', rejected: [later(0), never] }, 2)).toBe(null)
    expect(reasonForLater({ status: 'ok' }, 2)).toBe(null)
  })
})
