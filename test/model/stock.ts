// What lies in a store, item by item, and what its counters say of it.
import type { Batch, DropCounts } from '../../src/wire.ts'
import { decodeBody } from '../../workers/body.ts'
import { priorityOf, producerOf, seqOf } from '../../workers/rows.ts'
import type { BatchRow, ItemRow, ProducerRow, TotalsRow } from '../../workers/rows.ts'
import type { Entry } from '../../workers/store.ts'
import { captureOf, identityOf } from './captures.ts'
import type { Identity } from './captures.ts'

export interface Stock {
  /** Which capture lies under each identity. */
  readonly captures: ReadonlyMap<Identity, number>
  /** By batch id. */
  readonly batches: ReadonlyMap<string, { readonly row: BatchRow; readonly text: string }>
  readonly dropped: number
  /** Of `dropped`: before anything could be stored. */
  readonly unstored: number
  readonly untold: number
}

export const totalOf = (counts: DropCounts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** @throws where an item lies in two places, or a counter does not say what lies there */
export function takeStock(rows: readonly Entry<unknown>[]): Stock {
  const captures = new Map<Identity, number>()
  const batches = new Map<string, { row: BatchRow; text: string }>()
  const counted = new Counted()
  let [dropped, unstored, untold] = [0, 0, 0]
  const add = (identity: Identity, capture: number): void => {
    if (captures.has(identity)) throw new Error(`${identity} lies in two places`)
    captures.set(identity, capture)
  }
  for (const { key, value } of rows) {
    const producer = producerOf(key)
    switch (key[0]) {
      case 'i': {
        const { json, bytes } = value as ItemRow
        add(identityOf(producer, seqOf(key)), captureOf(JSON.parse(new TextDecoder().decode(json))))
        counted.add(producer, priorityOf(key), 1, bytes)
        break
      }
      case 'b':
      case 'q': {
        const row = value as BatchRow
        const body = bodyOf(row)
        for (const item of body.items) add(identityOf(body.producer, item.seq), captureOf(item))
        if (body.items.length !== row.count) throw new Error(`${row.batchId} is counted wrongly`)
        if (batches.has(row.batchId)) throw new Error(`two batches are ${row.batchId}`)
        batches.set(row.batchId, { row, text: new TextDecoder().decode(row.body) })
        untold += totalOf(row.dropped)
        if (key[0] === 'q') break
        counted.add(producer, priorityOf(key), row.count, row.bytes)
        if (totalOf(body.dropped) !== totalOf(row.dropped)) {
          throw new Error(`${row.batchId} tells of other losses than it is said to`)
        }
        break
      }
      case 'p': {
        const row = value as ProducerRow
        dropped += totalOf(row.droppedInAll)
        unstored += row.droppedInAll['page-buffer'] ?? 0
        untold += totalOf(row.dropped)
        break
      }
    }
  }
  counted.compare(rows)
  return { captures, batches, dropped, unstored, untold }
}

/** The rows of items and batches, counted again. */
class Counted {
  readonly #producers = new Map<string, [items: number, bytes: number]>()
  readonly #totals = [0, 0, 0, 0]

  add(producer: string, priority: number, items: number, bytes: number): void {
    const [itemsBefore, bytesBefore] = this.#producers.get(producer) ?? [0, 0]
    this.#producers.set(producer, [itemsBefore + items, bytesBefore + bytes])
    const isUrgent = priority === 0
    const more = [items, bytes, isUrgent ? items : 0, isUrgent ? bytes : 0]
    for (const [index, count] of more.entries())
      this.#totals[index] = count + (this.#totals[index] ?? 0)
  }

  compare(rows: readonly Entry<unknown>[]): void {
    for (const { key, value } of rows) {
      if (key[0] === 'm') {
        const { items, bytes, urgentItems, urgentBytes } = value as TotalsRow
        expectSame('the totals', [items, bytes, urgentItems, urgentBytes], this.#totals)
      }
      if (key[0] === 'p') {
        const { items, bytes } = value as ProducerRow
        const name = producerOf(key)
        expectSame(name, [items, bytes], this.#producers.get(name) ?? [0, 0])
        this.#producers.delete(name)
      }
    }
    for (const name of this.#producers.keys()) throw new Error(`${name} is not counted at all`)
  }
}

function expectSame(what: string, said: readonly number[], found: readonly number[]): void {
  if (String(said) === String(found)) return
  throw new Error(`${what} say ${said.join()} where ${found.join()} lie`)
}

const bodies = new WeakMap<Uint8Array, Batch>()

function bodyOf({ body }: BatchRow): Batch {
  const known = bodies.get(body) ?? decodeBody(body)
  bodies.set(body, known)
  return known
}
