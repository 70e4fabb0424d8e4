// Makes of a downloaded session the bodies again that a collector takes, for tests that put a recorded call into one.
import { isRecord } from '../../src/check.ts'
import { SCHEMA_VERSION } from '../../src/wire.ts'
import { readDownload } from './downloaded.ts'
import type { DownloadedItem } from './downloaded.ts'

/** What one body holds at most, whoever sealed the batch. */
const MAX_ITEMS = 50
const MAX_CHARS = 1_000_000

/** A body for `POST /ingest`, as `JSON.stringify` takes it. */
export type Body = Readonly<Record<string, unknown>> & {
  readonly exportedAt: string
  readonly items: readonly object[]
}

/** A body, and when it came. */
export interface Delivery {
  readonly body: Body
  /** ISO 8601, by the clock of the collector that it came to. */
  readonly receivedAt: string
}

/**
 * A body for each batch that was, in the order of the file: producer after producer, the items of each by `seq`. Sorted
 * by `exportedAt` they come as they were sent. The same text gives the same bodies, ids and all.
 * @throws TypeError that names the line that is wrong
 */
export function batchesOf(jsonl: string | Uint8Array): Body[] {
  return deliveriesOf(jsonl).map(({ body }) => body)
}

/** As `batchesOf`: sorted by `receivedAt` they come as they came, and what was late is late. */
export function deliveriesOf(jsonl: string | Uint8Array): Delivery[] {
  const file = typeof jsonl === 'string' ? new TextEncoder().encode(jsonl) : jsonl
  const deliveries: Delivery[] = []
  let first: DownloadedItem | null = null
  let items: object[] = []
  let chars = 0
  const seal = (): void => {
    if (first) deliveries.push({ body: bodyOf(first, items), receivedAt: first.receivedAt })
    items = []
    chars = 0
  }
  for (const [, line] of readDownload(file)) {
    const item = itemOf(line)
    const size = JSON.stringify(item).length
    const isFull = items.length === MAX_ITEMS || chars + size > MAX_CHARS
    if (!first || isFull || !isOfOneBatch(first, line)) {
      seal()
      first = line
    }
    items.push(item)
    chars += size
  }
  seal()
  return deliveries
}

/** What the collector adds to the members of an item. */
const ADDED = new Set('sessionId sessionName producer exportedAt receivedAt client'.split(' '))

function itemOf(line: DownloadedItem): object {
  return Object.fromEntries(Object.entries(line).filter(([name]) => !ADDED.has(name)))
}

function isOfOneBatch(one: DownloadedItem, other: DownloadedItem): boolean {
  const [a, b] = [one, other].map((line) => {
    const { sessionId, sessionName, producer, exportedAt, receivedAt, client } = line
    return JSON.stringify([sessionId, sessionName, producer, exportedAt, receivedAt, client])
  })
  return a === b
}

function bodyOf(first: DownloadedItem, items: readonly object[]): Body {
  const { sessionId, sessionName, producer, exportedAt, client } = first
  const common = { sessionId, sessionName, exportedAt, count: items.length }
  if (producer === null) return { ...common, items }
  // Where it came from is not its to say: whoever takes the body looks that up.
  const { location: _, dropped = {}, queue, ...said } = client
  const batchId = `${producer} from ${String(first['seq'])}`
  const schemaVersion = SCHEMA_VERSION
  return {
    schemaVersion,
    batchId,
    producer,
    ...common,
    dropped,
    items,
    client: { ...said, ...(isRecord(queue) && { queue }) },
  }
}
