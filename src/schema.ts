// Zod schemas of the wire, for backends: the `./schema` sub-path. The page never imports this.
import * as z from 'zod/mini'
import type { Stat } from './stats.ts'
import { SCHEMA_VERSION } from './wire.ts'
import type { Batch, Client, ClientQueue, Item, StatsData } from './wire.ts'

/** A zod schema, as far as it is promised: zod itself is bundled, and need not be installed. */
export interface Schema<Value> {
  /** @throws ZodError that names each member that is wrong */
  parse(value: unknown): Value
  safeParse(value: unknown): Checked<Value>
}

export type Checked<Value> =
  | { readonly success: true; readonly data: Value; readonly error?: undefined }
  | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } }

/** What is wrong, and where. */
export interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** An item as a receiver takes it: a newer exporter may send tags this version does not know. */
export interface ReceivedItem extends Omit<Item, 'tag'> {
  readonly tag: string
}

/** A client as a receiver takes it: a newer exporter may keep its queue where this version knows of nothing. */
export interface ReceivedClient extends Omit<Client, 'queue'> {
  readonly queue?: Omit<ClientQueue, 'mode'> & { readonly mode: string }
}

/** All of a batch but its items, which are checked one by one so that one bad item does not cost the others. */
export interface ReceivedEnvelope extends Omit<Batch, 'items' | 'dropped' | 'client'> {
  readonly client: ReceivedClient
  readonly dropped: Readonly<Record<string, number>>
  readonly items: readonly unknown[]
}

export interface ReceivedBatch extends Omit<ReceivedEnvelope, 'items'> {
  readonly items: readonly ReceivedItem[]
}

/** An item of a plain body: nothing says which one it is but its content. */
export type PlainItem = Omit<ReceivedItem, 'pcId' | 'seq' | 'interval' | 'partial'>

/** The body without our own members, as other exporters of this shape send it. `producer` must be absent. */
export interface PlainEnvelope extends Pick<
  Batch,
  'sessionId' | 'sessionName' | 'exportedAt' | 'count'
> {
  readonly producer?: never
  readonly items: readonly unknown[]
}

export interface PlainBatch extends Omit<PlainEnvelope, 'items'> {
  readonly items: readonly PlainItem[]
}

// The small build says what is wrong in no language, unless it is given one.
z.config(z.locales.en())

const count = z.int().check(z.nonnegative())
const name = z.string().check(z.minLength(1))
/** What `toISOString()` writes. */
const ourTime = z.iso.datetime({ precision: 3 })
/** Somebody else's clock: any precision, any offset. */
const anyTime = z.iso.datetime({ offset: true })

const stat: z.ZodMiniType<Stat> = z.looseObject({
  id: z.string(),
  type: z.string(),
  timestamp: z.number(),
})

const stats = z.array(stat)
const someStats = z.exactOptional(stats)
const byDirection = z.exactOptional(z.looseObject({ inbound: stats, outbound: stats }))

const groups = {
  audio: byDirection,
  video: byDirection,
  remote: byDirection,
  candidatePair: someStats,
  localCandidate: someStats,
  remoteCandidate: someStats,
  transport: someStats,
  codec: someStats,
  dataChannel: someStats,
  mediaSources: someStats,
  peerConnection: someStats,
  tracks: someStats,
  raw: z.exactOptional(z.record(z.string(), stats)),
}

const quality = z.looseObject({
  audio: z.looseObject({}),
  video: z.looseObject({}),
  audioMos: z.record(
    z.string(),
    z.looseObject({ mos: z.number(), r: z.number(), delayMs: z.number(), lossPct: z.number() }),
  ),
  videoScore: z.record(z.string(), z.number()),
  muted: z.array(z.string()),
  callSetupMs: z.nullable(z.number()),
})

const statsData: z.ZodMiniType<StatsData> = z.looseObject({
  ...groups,
  metrics: z.record(z.string(), z.looseObject({})),
  quality: z.exactOptional(quality),
})

const plainStatsDataSchema: z.ZodMiniType = z.looseObject(groups)

const itemShape = {
  event: name,
  tag: name,
  peerId: z.nullable(z.string()),
  peerName: z.nullable(z.string()),
  data: z.unknown(),
  rawStats: someStats,
  statsObject: z.exactOptional(z.record(z.string(), stat)),
}

/** Holds `data` of a `stats` item to a schema; a union on an open `tag` could not say which member is wrong. */
function checkStatsData(schema: z.ZodMiniType) {
  return z.superRefine<{ tag: string; data: unknown }>((item, context) => {
    if (item.tag !== 'stats') return
    for (const issue of schema.safeParse(item.data).error?.issues ?? []) {
      const path = ['data', ...issue.path]
      context.addIssue({ code: 'custom', message: issue.message, path })
    }
  })
}

const item: z.ZodMiniType<ReceivedItem> = z
  .looseObject({
    ...itemShape,
    pcId: z.nullable(z.string()),
    seq: count,
    timestamp: ourTime,
    interval: z.number().check(z.nonnegative()),
    partial: z.exactOptional(z.literal(true)),
  })
  .check(checkStatsData(statsData))

const plainItem: z.ZodMiniType<PlainItem> = z
  .looseObject({ ...itemShape, timestamp: anyTime })
  .check(checkStatsData(plainStatsDataSchema))

const clientSchema: z.ZodMiniType<ReceivedClient> = z.looseObject({
  sdkVersion: name,
  roomId: z.string(),
  userId: z.nullable(z.string()),
  keys: z.record(z.string(), z.string()),
  userAgent: z.string(),
  hints: z.nullable(
    z.looseObject({
      platform: z.string(),
      platformVersion: z.string(),
      bitness: z.string(),
      mobile: z.boolean(),
      fullVersionList: z.array(z.looseObject({ brand: z.string(), version: z.string() })),
    }),
  ),
  devices: z.looseObject({ audio: z.nullable(z.string()), video: z.nullable(z.string()) }),
  queue: z.exactOptional(
    z.looseObject({
      depth: count,
      bytes: count,
      oldestAgeMs: z.nullable(z.number().check(z.nonnegative())),
      mode: name,
    }),
  ),
})

const envelopeShape = {
  schemaVersion: z.literal(SCHEMA_VERSION),
  batchId: name,
  producer: name,
  sessionId: name,
  sessionName: z.string(),
  exportedAt: ourTime,
  count,
  client: clientSchema,
  dropped: z.record(z.string(), count),
}

const plainEnvelopeShape = {
  sessionId: name,
  sessionName: z.string(),
  exportedAt: anyTime,
  count,
  // Without this our own batch with a mistake in it would pass as a plain one.
  producer: z.exactOptional(z.never()),
}

function countsItems(batch: { count: number; items: readonly unknown[] }): boolean {
  return batch.count === batch.items.length
}

const countMismatch = { path: ['count'], message: 'expected the number of items' }

const envelope: z.ZodMiniType<ReceivedEnvelope> = z
  .looseObject({ ...envelopeShape, items: z.array(z.unknown()) })
  .check(z.refine(countsItems, countMismatch))

const plainEnvelope: z.ZodMiniType<PlainEnvelope> = z
  .looseObject({ ...plainEnvelopeShape, items: z.array(z.unknown()) })
  .check(z.refine(countsItems, countMismatch))

const batch: z.ZodMiniType<ReceivedBatch> = z
  .looseObject({ ...envelopeShape, items: z.array(item) })
  .check(z.refine(countsItems, countMismatch))

const plainBatch: z.ZodMiniType<PlainBatch> = z
  .looseObject({ ...plainEnvelopeShape, items: z.array(plainItem) })
  .check(z.refine(countsItems, countMismatch))

const anyBatch: z.ZodMiniType<ReceivedBatch | PlainBatch> = z.union([batch, plainBatch])

/** The JSON Schema (draft 2020-12) of our batch. It cannot say that `count` is the number of items. */
export function batchJsonSchema(): object {
  const { $schema: _, ...dataSchema } = z.toJSONSchema(statsData)
  return z.toJSONSchema(batch, {
    override({ zodSchema, jsonSchema }) {
      if (!Object.is(zodSchema, item)) return
      const isNoStats = { properties: { tag: { not: { const: 'stats' } } } }
      jsonSchema.anyOf = [isNoStats, { properties: { data: dataSchema } }]
    },
  })
}

/** One W3C statistics object: what every one must have, and whatever else the browser gave. */
export const statSchema: Schema<Stat> = stat
/** `data` of our `stats` items; which groups are there depends on the sender's `detail`. */
export const statsDataSchema: Schema<StatsData> = statsData
/** One item of ours. */
export const itemSchema: Schema<ReceivedItem> = item
/** One item of a plain body. */
export const plainItemSchema: Schema<PlainItem> = plainItem
/** A batch of ours, its items not looked at yet: check each with `itemSchema`. */
export const envelopeSchema: Schema<ReceivedEnvelope> = envelope
/** A plain body, its items not looked at yet: check each with `plainItemSchema`. */
export const plainEnvelopeSchema: Schema<PlainEnvelope> = plainEnvelope
/** A batch of ours, all of it. Strict about what this library writes, open for members a later one adds. */
export const batchSchema: Schema<ReceivedBatch> = batch
/** The body without our own members. */
export const plainBatchSchema: Schema<PlainBatch> = plainBatch
/** Whatever an endpoint of this shape may be sent. */
export const anyBatchSchema: Schema<ReceivedBatch | PlainBatch> = anyBatch
