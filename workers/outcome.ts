// What becomes of a batch, item by item, when its endpoint has answered. Pure.
import type { Batch, DropCounts, Item } from '../src/wire.ts'
import type { Rejection, SendResult } from '../transports/transport.ts'
import { decodeBody, encodePart } from './body.ts'
import { partialOf } from './detail.ts'
import type { Detail } from './detail.ts'
import type { Settlement, StoredBatch } from './queue.ts'
import type { Part } from './shelf.ts'

/** An answer after which the batch as it was is done with. */
export type FinalResult = Extract<SendResult, { status: 'ok' | 'handed-over' | 'split' | 'drop' }>

export interface Outcome extends Settlement {
  /** Items that the endpoint has, or that were handed over. */
  readonly sent: number
  /** One item was too large: this much of it is tried now. */
  readonly reducedTo: Detail | null
}

const NOTHING: Outcome = { sent: 0, again: [], quarantined: null, untold: {}, reducedTo: null }

/** A body that cannot be taken apart is refused as a whole. */
export function answerFor(batch: StoredBatch, result: FinalResult): Outcome {
  try {
    return outcomeOf(batch, result)
  } catch (error) {
    return refuse(batch, `its body cannot be read: ${String(error)}`, null)
  }
}

/** Why the endpoint takes none of so many items now and wants all of them again; null where it took one, or refused one. */
export function reasonForLater(result: FinalResult, count: number): string | null {
  if (result.status !== 'ok') return null
  const later = result.rejected?.filter(({ index, retry }) => retry && index < count) ?? []
  const isAll = new Set(later.map(({ index }) => index)).size === count
  return isAll ? (later[0]?.reason ?? '') : null
}

export function outcomeOf(batch: StoredBatch, result: FinalResult): Outcome {
  const { count } = batch.row
  switch (result.status) {
    case 'handed-over':
      return { ...NOTHING, sent: count }
    case 'ok':
      return result.rejected ? withoutRejected(batch, result.rejected) : { ...NOTHING, sent: count }
    case 'split':
      return count > 1 ? cut(batch, halfByBytes) : reduce(batch)
    case 'drop':
      return count > 1
        ? cut(batch, halfByCount)
        : { ...NOTHING, ...refuse(batch, result.error.message, decodeBody(batch.json)) }
    default:
      return result satisfies never
  }
}

/** All of it is refused; the losses that it told of are told by another one. Without a body that can be read as it is. */
function refuse({ row, json }: StoredBatch, reason: string, body: Batch | null): Outcome {
  const part = body
    ? partOf(body, body.items, 'q')
    : { batchId: row.batchId, count: row.count, seqs: row.seqs ?? [], json, dropped: {} }
  return { ...NOTHING, quarantined: { part, reason }, untold: row.dropped }
}

function withoutRejected(batch: StoredBatch, rejected: readonly Rejection[]): Outcome {
  const body = decodeBody(batch.json)
  const answers = new Map(rejected.map((rejection) => [rejection.index, rejection]))
  const later = body.items.filter((_, index) => answers.get(index)?.retry === true)
  const never = body.items.filter((_, index) => answers.get(index)?.retry === false)
  const reason = rejected.find(({ retry }) => !retry)?.reason ?? ''
  return {
    ...NOTHING,
    sent: body.items.length - later.length - never.length,
    again: later.length > 0 ? [partOf(body, later, 'r')] : [],
    quarantined: never.length > 0 ? { part: partOf(body, never, 'q'), reason } : null,
  }
}

/** Two batches in place of one; the first tells of the losses. */
function cut(batch: StoredBatch, middleOf: (items: readonly Item[]) => number): Outcome {
  const body = decodeBody(batch.json)
  const middle = middleOf(body.items)
  const first = partOf(body, body.items.slice(0, middle), '0', body.dropped)
  return { ...NOTHING, again: [first, partOf(body, body.items.slice(middle), '1')] }
}

/** The only item with the next smaller `detail`; refused where nothing is left to leave out. */
function reduce(batch: StoredBatch): Outcome {
  const body = decodeBody(batch.json)
  const [item] = body.items
  const smaller = item && reduceItem(item)
  if (!smaller) return refuse(batch, 'too large for the endpoint', body)
  const part = partOf(body, [smaller.item], '0', body.dropped)
  return { ...NOTHING, again: [part], reducedTo: smaller.detail }
}

/** Where the items are cut in two: at least one on each side. */
function halfByBytes(items: readonly Item[]): number {
  const sizes = items.map((item) => JSON.stringify(item).length)
  const half = sizes.reduce((sum, size) => sum + size, 0) / 2
  let bytes = 0
  const middle = sizes.findIndex((size) => (bytes += size) >= half)
  return Math.min(Math.max(middle, 1), items.length - 1)
}

/** The smaller half first: where it is taken, what is refused is in the other one, which need not be asked. */
function halfByCount({ length }: readonly Item[]): number {
  return Math.floor(length / 2)
}

/** Null where no `detail` makes it smaller. */
function reduceItem(item: Item): { item: Item; detail: Detail } | null {
  if (item.tag !== 'stats') return null
  const size = JSON.stringify(item).length
  for (const detail of ['report', 'metrics'] as const) {
    const reduced = partialOf(item, detail)
    if (JSON.stringify(reduced).length < size * WORTH_IT) return { item: reduced, detail }
  }
  return null
}

/** Leaving out less than this would only ask the same question again. */
const WORTH_IT = 0.9

/** A batch of some of the items, under an id of its own. */
function partOf(
  body: Batch,
  items: readonly Item[],
  suffix: string,
  dropped: DropCounts = {},
): Part {
  const batchId = `${body.batchId}/${suffix}`
  const json = encodePart({ ...body, batchId, dropped }, items)
  return { batchId, count: items.length, seqs: items.map(({ seq }) => seq), json, dropped }
}
