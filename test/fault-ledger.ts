// What reached the fault collector, by any way: each request, each body, and how often each item came.
import type { IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { Batch, Item } from '../src/wire.ts'

export interface RequestRecord {
  readonly method: string
  readonly headers: IncomingMessage['headers']
  /** 0 where there was no answer. */
  readonly status: number
  readonly batchId: string | null
  readonly count: number
  /** Of the body as it came. */
  readonly bytes: number
  /** ms since the Unix epoch, when its body was there. */
  readonly at: number
}

export interface Ledger {
  /** Different items. */
  readonly kept: number
  /** What came more than once: `batchIds` is 1 if by retries of one batch, more if in different batches. */
  readonly doubled: readonly [producer: string, seq: number, times: number, batchIds: number][]
  /** The holes between 0 and the highest seq of each producer. */
  readonly missing: readonly [producer: string, seq: number][]
  /** Different batches of which something was kept. */
  readonly batches: number
  /** The first copy of each, a whole one in place of a partial one, with `producer` and `sessionId`. */
  readonly items: readonly LedgerItem[]
}

/** As sent; what a sender left out is not there. */
export type LedgerItem = Item & {
  readonly producer: string
  readonly sessionId: string | undefined
}

export type SentItem = Partial<Item>
export type SentBatch = Partial<Omit<Batch, 'items'>> & { readonly items: readonly SentItem[] }

interface Entry {
  item: SentItem
  readonly producer: string
  readonly sessionId: string | undefined
  /** The batchId of each time it was kept. */
  readonly arrivals: string[]
}

/** What one run has received. */
export interface Books {
  readonly requests: RequestRecord[]
  readonly bodies: SentBatch[]
  readonly entries: Map<string, Entry>
}

/** A body as it came, gzipped or not. */
export function decode(body: Buffer): SentBatch {
  const isGzip = body[0] === 0x1f && body[1] === 0x8b
  return JSON.parse((isGzip ? gunzipSync(body) : body).toString()) as SentBatch
}

/** Writes down that it came. */
export function note(
  run: Books,
  { method = '', headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  status: number,
  bytes = 0,
  batch?: SentBatch,
): void {
  const sent = { batchId: batch?.batchId ?? null, count: batch?.items.length ?? 0, bytes }
  run.requests.push({ method, headers, status, ...sent, at: Date.now() })
}

/** All of its items. */
export function keep(
  run: Books,
  { batchId = '', producer = 'plain', sessionId, items }: SentBatch,
): void {
  for (const item of items) {
    // A plain item has no seq: its content says which one it is.
    const key = JSON.stringify([producer, item.seq ?? item])
    const entry = run.entries.get(key) ?? { item, producer, sessionId, arrivals: [] }
    run.entries.set(key, entry)
    entry.arrivals.push(batchId)
    if (entry.item.partial && !item.partial) entry.item = item
  }
}

/** What is kept, what came twice, and what is missing. */
export function ledgerOf({ entries }: Books): Ledger {
  const doubled: [string, number, number, number][] = []
  const seqs = new Map<string, Set<number>>()
  const items: LedgerItem[] = []
  for (const { item, producer, sessionId, arrivals } of entries.values()) {
    const seq = item.seq ?? -1
    if (arrivals.length > 1) doubled.push([producer, seq, arrivals.length, new Set(arrivals).size])
    seqs.set(producer, (seqs.get(producer) ?? new Set()).add(seq))
    items.push({ ...(item as Item), producer, sessionId })
  }
  const missing: [string, number][] = []
  for (const [producer, has] of seqs) {
    const highest = Math.max(...has)
    for (let seq = 0; seq < highest; seq += 1) if (!has.has(seq)) missing.push([producer, seq])
  }
  const batches = new Set([...entries.values()].flatMap(({ arrivals }) => arrivals)).size
  return { kept: entries.size, doubled, missing, batches, items }
}
