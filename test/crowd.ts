// A room of many: a recorded call played again by as many as are wanted, for as long as is wanted.
import type { Body } from './replay/batches-of.ts'

interface RecordedItem extends Readonly<Record<string, unknown>> {
  readonly seq: number
  readonly timestamp: string
  readonly peerId: string | null
}

export interface CrowdOptions {
  /** Of a recorded call, as `batchesOf` gives them. */
  readonly bodies: readonly Body[]
  readonly count: number
  readonly roomId: string
  /** When they begin, ms since the Unix epoch. */
  readonly startMs: number
}

/** One of those who were recorded, whose part somebody in the crowd plays. */
interface Part {
  readonly body: Body
  /** In the order of time. */
  readonly items: readonly RecordedItem[]
}

/** What the crowd sends of the time from one moment to another: a body of each who has something to tell. */
export type Crowd = (fromMs: number, toMs: number) => Body[]

/** Whatever was recorded comes again and again; everybody begins a little later than the one before him. */
export function createCrowd({ bodies, count, roomId, startMs }: CrowdOptions): Crowd {
  const parts = partsOf(bodies)
  const times = parts.flatMap(({ items }) => items.map(({ timestamp }) => Date.parse(timestamp)))
  const recordedMs = Math.min(...times)
  const lengthMs = Math.max(...times) - recordedMs + 1
  return (fromMs, toMs) =>
    Array.from({ length: count }, (_, index) => {
      const part = parts[index % parts.length] as Part
      const beganMs = startMs + Math.round((2000 * index) / count)
      const items = between(part, { fromMs, toMs, beganMs, recordedMs, lengthMs })
      return items.length === 0 ? [] : bodyOf(part, items, { index, roomId, toMs })
    }).flat()
}

function partsOf(bodies: readonly Body[]): Part[] {
  const producers = new Set(bodies.map((body) => body['producer']))
  return [...producers].flatMap((producer) => {
    const own = bodies.filter((body) => body['producer'] === producer)
    const items = own.flatMap((body) => body.items as readonly RecordedItem[])
    const [body] = own
    // A worker has a producer of its own, and nothing to tell but how it ended.
    if (!body || !items.some((item) => item['tag'] === 'stats')) return []
    return { body, items: items.toSorted((one, other) => one.seq - other.seq) }
  })
}

interface Span {
  readonly fromMs: number
  readonly toMs: number
  readonly beganMs: number
  readonly recordedMs: number
  readonly lengthMs: number
}

function between({ items }: Part, { fromMs, toMs, beganMs, recordedMs, lengthMs }: Span): object[] {
  const perRound = (items.at(-1)?.seq ?? 0) + 1
  const rounds = [fromMs, toMs].map((ms) => Math.max(0, Math.floor((ms - beganMs) / lengthMs)))
  const found: object[] = []
  for (let round = rounds[0] as number; round <= (rounds[1] as number); round += 1) {
    const shiftMs = beganMs + round * lengthMs - recordedMs
    for (const item of items) {
      const atMs = Date.parse(item.timestamp) + shiftMs
      if (atMs < fromMs || atMs >= toMs) continue
      // Nobody is added or removed twice.
      if (item['tag'] === 'peer' && (round > 0 || item['event'] === 'peerRemoved')) continue
      const seq = item.seq + round * perRound
      found.push({ ...item, seq, timestamp: new Date(atMs).toISOString() })
    }
  }
  return found
}

function bodyOf(
  { body }: Part,
  items: readonly object[],
  { index, roomId, toMs }: { index: number; roomId: string; toMs: number },
): Body {
  const name = `p${String(index + 1).padStart(3, '0')}`
  const producer = `${roomId} ${name}`
  const client = { ...(body['client'] as object), roomId, userId: name }
  return {
    ...body,
    ...{ producer, client, sessionId: `${roomId}-${name}`, sessionName: roomId },
    batchId: `${producer} ${toMs}`,
    exportedAt: new Date(toMs).toISOString(),
    count: items.length,
    items: items.map((item) => named(item as RecordedItem, name)),
  }
}

function named(item: RecordedItem, name: string): object {
  if (item.peerId === null) return item
  return { ...item, peerId: name, peerName: `Participant ${name.slice(1)}` }
}
