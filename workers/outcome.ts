// What becomes of a batch, item by item, when its endpoint has answered. Pure.
import type { Item, StatsData } from '../src/wire.ts'
import type { Rejection, SendResult } from '../transports/transport.ts'
import { decodeBody, encodePart } from './body.ts'
import { reduceDetail } from './detail.ts'
import type { Settlement, StoredBatch } from './queue.ts'
import type { Part } from './shelf.ts'

/** An answer after which the batch as it was is done with. */
export type FinalResult = Extract<SendResult, { status: 'ok' | 'handed-over' | 'split' | 'drop' }>

export interface Outcome extends Settlement {
  /** Items that the endpoint has, or that were handed over. */
  readonly sent: number
}

export function outcomeOf(batch: StoredBatch, result: FinalResult): Outcome {
  const { batchId, count } = batch.row
  switch (result.status) {
    case 'handed-over':
      return { sent: count, again: [], quarantined: null }
    case 'ok':
      return result.rejected
        ? withoutRejected(batch, result.rejected)
        : { sent: count, again: [], quarantined: null }
    case 'split':
      return { sent: 0, ...halve(batch) }
    case 'drop': {
      const part = { batchId, count, json: batch.json }
      return { sent: 0, again: [], quarantined: { part, reason: result.error.message } }
    }
    default:
      return result satisfies never
  }
}

function withoutRejected(batch: StoredBatch, rejected: readonly Rejection[]): Outcome {
  const body = decodeBody(batch.json)
  const answers = new Map(rejected.map((rejection) => [rejection.index, rejection]))
  const later = body.items.filter((_, index) => answers.get(index)?.retry === true)
  const never = body.items.filter((_, index) => answers.get(index)?.retry === false)
  const part = (items: readonly Item[], suffix: string): Part => ({
    batchId: `${body.batchId}/${suffix}`,
    count: items.length,
    json: encodePart(body, items, `${body.batchId}/${suffix}`, false),
  })
  const reason = rejected.find(({ retry }) => !retry)?.reason ?? ''
  return {
    sent: body.items.length - later.length - never.length,
    again: later.length > 0 ? [part(later, 'r')] : [],
    quarantined: never.length > 0 ? { part: part(never, 'q'), reason } : null,
  }
}

/** Two halves by bytes; one item alone is reduced; one that cannot be is quarantined. */
function halve(batch: StoredBatch): Settlement {
  const body = decodeBody(batch.json)
  const { items, batchId } = body
  const part = (some: readonly Item[], index: 0 | 1): Part => ({
    batchId: `${batchId}/${index}`,
    count: some.length,
    json: encodePart(body, some, `${batchId}/${index}`, index === 0),
  })
  const [only] = items
  if (items.length > 1) {
    const middle = halfByBytes(items)
    return {
      again: [part(items.slice(0, middle), 0), part(items.slice(middle), 1)],
      quarantined: null,
    }
  }
  const smaller = only && reduceItem(only)
  if (smaller) return { again: [part([smaller], 0)], quarantined: null }
  const whole = { batchId, count: items.length, json: batch.json }
  return { again: [], quarantined: { part: whole, reason: 'too large for the endpoint' } }
}

/** Where the items are cut in two: at least one on each side. */
function halfByBytes(items: readonly Item[]): number {
  const sizes = items.map((item) => JSON.stringify(item).length)
  const half = sizes.reduce((sum, size) => sum + size, 0) / 2
  let bytes = 0
  const middle = sizes.findIndex((size) => (bytes += size) >= half)
  return Math.min(Math.max(middle, 1), items.length - 1)
}

/** The item with the next smaller `detail`; null where nothing is left to leave out. */
function reduceItem(item: Item): Item | null {
  if (item.tag !== 'stats') return null
  const { rawStats: _, statsObject: __, ...rest } = item
  const data = item.data as StatsData
  const size = JSON.stringify(item).length
  for (const detail of ['report', 'metrics'] as const) {
    const reduced: Item = { ...rest, partial: true, data: reduceDetail(data, detail) }
    if (JSON.stringify(reduced).length < size * WORTH_IT) return reduced
  }
  return null
}

/** Leaving out less than this would only ask the same question again. */
const WORTH_IT = 0.9
