// Items with what is to be redacted in them.
import type { Stat } from '../src/stats.ts'
import type { RedactSwitches } from '../src/terms.ts'
import type { Item, StatsData, Tag } from '../src/wire.ts'
import { normalize } from '../workers/normalize.ts'
import { createRedactor } from '../workers/redact.ts'
import type { Redactor } from '../workers/redact.ts'

export const KEY = Uint8Array.from({ length: 16 }, (_, index) => index)
export const NONE: RedactSwitches = {
  addresses: false,
  ufrags: false,
  certificates: false,
  deviceLabels: false,
  user: false,
}
export const ALL: RedactSwitches = {
  addresses: true,
  ufrags: true,
  certificates: true,
  deviceLabels: true,
  user: true,
}
export const all: Redactor = createRedactor(ALL, KEY)

export const itemOf = <Data>(tag: Tag, data: Data, rest: Partial<Item> = {}): Item<Data> => ({
  event: 'event',
  tag,
  peerId: 'alice',
  peerName: 'alice',
  pcId: 'pc1',
  seq: 0,
  timestamp: '2026-01-01T00:00:00.000Z',
  interval: 2000,
  ...rest,
  data,
})

export const stat = (type: string, id: string, members: Record<string, unknown> = {}): Stat => ({
  id,
  type,
  timestamp: 1,
  ...members,
})

export const statsItem = (stats: readonly Stat[], metrics = {}): Item<StatsData> =>
  itemOf('stats', { ...normalize(stats), metrics })

/** The data of an event, or of a `stats` item, as it leaves. */
export const redactData = <Data>(item: Item<Data>, switches = ALL): Data =>
  createRedactor(switches, KEY).item(item).data as Data

/** One statistics object as it leaves, among others of its report. */
export const redactStat = (switches: RedactSwitches, ...stats: Stat[]): Stat | undefined =>
  Object.values(redactData(statsItem(stats), switches).raw ?? {}).flat()[0]

export const FINGERPRINT = Array.from({ length: 32 }, (_, index) =>
  (index * 7).toString(16).padStart(2, '0'),
)
  .join(':')
  .toUpperCase()
