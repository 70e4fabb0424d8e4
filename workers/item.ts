// Captures -> items, and items -> the bytes that are stored and sent: encoded once, here.
import type { Captured, CapturedEvent, CapturedReport } from '../src/protocol.ts'
import type { Stat } from '../src/stats.ts'
import type { CallSummary } from '../src/summary.ts'
import type { Item, StatsData } from '../src/wire.ts'
import { partialOf } from './detail.ts'
import { writeForms } from './item-bytes.ts'

/** Lower goes first and is evicted last (DURABILITY.md, Store 4). */
export type Priority = 0 | 1

/** An item as it is stored: its UTF-8 JSON, and what the queue must know of it. */
export interface ItemRecord {
  readonly producer: string
  readonly seq: number
  /** The connection that it is about; null where it is about none. */
  readonly pcId: string | null
  readonly priority: Priority
  readonly json: Uint8Array
  /** Of a `stats` item: its metrics alone, for the last moment of a page. */
  readonly reduced?: Uint8Array
  /** The `seq` of an older one of this producer, of priority 1, that is superfluous now: this one says all of it. */
  readonly supersedes?: number
}

export function eventItem(captured: CapturedEvent, intervalMs: number): Item {
  const { event, tag, data } = captured
  return { event, tag, ...identity(captured, intervalMs), data }
}

/** Which copies of the report an item carries besides `data`. */
export interface Copies {
  readonly rawStats: boolean
  readonly statsObject: boolean
}

export function statsItem(
  captured: CapturedReport,
  stats: readonly Stat[],
  data: StatsData,
  intervalMs: number,
  copies: Copies,
): Item<StatsData> {
  return {
    event: 'stats',
    tag: 'stats',
    ...identity(captured, intervalMs),
    data,
    ...(copies.rawStats && { rawStats: stats }),
    ...(copies.statsObject && {
      statsObject: Object.fromEntries(stats.map((stat) => [stat.id, stat])),
    }),
  }
}

/** `supersedes`: as in the record. */
export function encodeItem(producer: string, item: Item, supersedes?: number): ItemRecord {
  const { seq, pcId, tag } = item
  const [json, reduced] =
    tag === 'stats' ? writeForms(item, partialOf(item, 'metrics')) : writeForms(item)
  return {
    producer,
    seq,
    pcId,
    priority: priorityOf(item),
    json,
    ...(reduced && { reduced }),
    ...(supersedes !== undefined && { supersedes }),
  }
}

/** What comes again in a minute is less than what does not. */
function priorityOf({ tag, data }: Item): Priority {
  const isPassing = tag === 'summary' && !(data as CallSummary).isFinal
  return tag === 'stats' || isPassing ? 1 : 0
}

function identity(captured: Captured, interval: number): Omit<Item, 'event' | 'tag' | 'data'> {
  const { peerId, peerName, pcId, seq } = captured
  return {
    peerId,
    peerName,
    pcId,
    seq,
    timestamp: new Date(captured.timestamp).toISOString(),
    interval,
  }
}
