// The endpoint of a model world: it answers as it is told, and keeps one item per (producer, seq).
import type { Batch } from '../../src/wire.ts'
import type { EncodedBatch, Rejection, SendResult } from '../../transports/transport.ts'
import { decodeBody } from '../../workers/body.ts'
import { captureOf, identityOf, isPoison } from './captures.ts'
import type { Identity } from './captures.ts'

export const ANSWERS = [
  'ok',
  'some-rejected',
  'handed-over',
  'handed-over-and-lost',
  'split',
  'drop',
  'retry',
  'retry-after',
  'stored-and-retry',
  'stored-and-silent',
  'unauthorized',
] as const

export type AnswerKind = (typeof ANSWERS)[number]

export class Server {
  readonly script: AnswerKind[] = []
  /** Which capture it has under an identity. */
  readonly ledger = new Map<Identity, number>()
  /** Handed over to a network that lost them. */
  readonly lost = new Set<Identity>()
  readonly #bodies = new Map<string, string>()

  /** Null: no answer ever. */
  receive({ batchId, json }: EncodedBatch): SendResult | null {
    const text = new TextDecoder().decode(json)
    const before = this.#bodies.get(batchId) ?? text
    if (before !== text) throw new Error(`two bodies came under the id ${batchId}`)
    this.#bodies.set(batchId, text)
    return this.#answer(decodeBody(json), this.script.shift() ?? 'ok')
  }

  #answer(batch: Batch, kind: AnswerKind): SendResult | null {
    const error = new Error(kind)
    const takesAll = kind === 'ok' || kind === 'some-rejected' || kind.startsWith('stored')
    if (takesAll && batch.items.some(isPoison)) return { status: 'drop', error }
    switch (kind) {
      case 'ok':
        this.#store(batch, [])
        return { status: 'ok' }
      case 'some-rejected':
        return this.#reject(batch)
      case 'handed-over':
        this.#store(batch, [])
        return { status: 'handed-over' }
      case 'handed-over-and-lost':
        for (const { seq } of batch.items) this.lost.add(identityOf(batch.producer, seq))
        return { status: 'handed-over' }
      case 'split':
        return { status: 'split' }
      case 'drop':
        return { status: 'drop', error }
      case 'retry':
        return { status: 'retry', error }
      case 'retry-after':
        return { status: 'retry', afterMs: 5000, error }
      case 'stored-and-retry':
        this.#store(batch, [])
        return { status: 'retry', error }
      case 'stored-and-silent':
        this.#store(batch, [])
        return null
      case 'unauthorized':
        return { status: 'unauthorized' }
      default:
        return kind satisfies never
    }
  }

  #reject(batch: Batch): SendResult {
    const rejected: Rejection[] = batch.items.flatMap((item, index) => {
      const reason = 'not this one'
      return captureOf(item) % 3 === 0 ? [] : [{ index, reason, retry: captureOf(item) % 3 === 1 }]
    })
    this.#store(batch, rejected)
    return { status: 'ok', rejected }
  }

  #store({ producer, items }: Batch, rejected: readonly Rejection[]): void {
    const refused = new Set(rejected.map(({ index }) => index))
    for (const [index, item] of items.entries()) {
      if (refused.has(index)) continue
      const identity = identityOf(producer, item.seq)
      const before = this.ledger.get(identity) ?? captureOf(item)
      if (before !== captureOf(item)) throw new Error(`two items came as ${identity}`)
      this.ledger.set(identity, before)
    }
  }
}
