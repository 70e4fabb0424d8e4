// The whole way of a capture, in order: intake -> normalize -> derive -> redact -> batch -> queue -> sender.
import type { CapturedEvent, CapturedReport } from '../src/protocol.ts'
import type { Item, StatsData } from '../src/wire.ts'
import { derive } from './derive.ts'
import type { DeriveState } from './derive.ts'
import { reduceDetail } from './detail.ts'
import type { Detail } from './detail.ts'
import type { Intake } from './intake.ts'
import { encodeItem, eventItem, statsItem } from './item.ts'
import type { Copies, ItemRecord } from './item.ts'
import { normalize } from './normalize.ts'
import type { Redactor } from './redact.ts'

/** What stands around the pure stages. */
export interface Stages {
  readonly producer: string
  readonly intervalMs: number
  readonly detail: Detail
  readonly copies: Copies
  readonly intake: Intake
  /** Null where nothing is to be redacted. */
  readonly redactor: Redactor | null
  /** The page's events, for whoever listens. */
  readonly raise: (item: Item) => void
  /** The journal: from here on the item is on its way to the disk. */
  readonly keep: (record: ItemRecord) => void
}

export interface Pipeline {
  takeEvent(captured: CapturedEvent): void
  takeReport(captured: CapturedReport): void
  forget(pcId: string): void
}

export function createPipeline(stages: Stages): Pipeline {
  const { producer, intervalMs, detail, copies, intake, redactor, raise, keep } = stages
  const derived = new Map<string | null, DeriveState>()

  function take(item: Item): void {
    const redacted = redactor ? redactor.item(item) : item
    raise(redacted)
    keep(encodeItem(producer, reduceItem(redacted, detail)))
  }

  return {
    takeEvent(captured) {
      take(eventItem(captured, intervalMs))
    },
    takeReport(captured) {
      const stats = intake.complete(captured)
      const groups = normalize(stats)
      const { metrics, state } = derive(stats, derived.get(captured.pcId) ?? null, intervalMs)
      derived.set(captured.pcId, state)
      take(statsItem(captured, stats, { ...groups, metrics }, intervalMs, copies))
    },
    forget(pcId) {
      intake.forget(pcId)
      derived.delete(pcId)
    },
  }
}

function reduceItem(item: Item, detail: Detail): Item {
  return item.tag === 'stats'
    ? { ...item, data: reduceDetail(item.data as StatsData, detail) }
    : item
}
