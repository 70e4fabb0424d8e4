// What an exporter says that it gave up.
import type { DropReason } from '../../../src/wire.ts'
import { isDropReason } from '../ingest/facts-of.ts'
import { membersOf, positiveOf } from '../rooms/read.ts'

export interface Drop {
  readonly reason: DropReason
  readonly count: number
}

/** Null where the item says nothing of the kind. */
export function dropIn(item: {
  readonly event: string
  readonly tag: string
  readonly data: unknown
}): Drop | null {
  if (item.event !== 'dropped' || item.tag !== 'exporter') return null
  const data = membersOf(item.data)
  const { reason } = data
  const count = positiveOf(data, 'count')
  return isDropReason(reason) && count !== undefined ? { reason, count } : null
}
