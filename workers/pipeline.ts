// The whole way of a capture, in order: intake -> normalize -> derive -> judge -> redact -> batch -> queue -> sender.
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
import { judge } from './quality.ts'
import type { QualityState } from './quality.ts'
import type { Redactor } from './redact.ts'
import { followSetup, NO_SETUP } from './setup.ts'
import type { Setup } from './setup.ts'
import type { JudgedPoll, Summary } from './summary.ts'

/** What stands around the pure stages. */
export interface Stages {
  readonly producer: string
  /** In force now. */
  readonly intervalMs: () => number
  readonly detail: Detail
  readonly copies: Copies
  readonly intake: Intake
  /** Null where nothing is to be redacted. */
  readonly redactor: Redactor | null
  readonly summary: Summary
  /** The page's events, for whoever listens. */
  readonly raise: (item: Item) => void
  /** The journal: from here on the item is on its way to the disk. */
  readonly keep: (record: ItemRecord) => void
}

export interface Pipeline {
  takeEvent(captured: CapturedEvent): void
  /** Those of one poll; `isWhole`: of all connections. What was made of them. */
  takeReports(captured: readonly CapturedReport[], isWhole: boolean): readonly JudgedPoll[]
  forget(pcId: string): void
}

/** What the stages need of the poll before. */
interface ConnectionState {
  readonly derived: DeriveState | null
  readonly judged: QualityState | null
  readonly setup: Setup
  /** Until the next poll, as it was planned. */
  readonly intervalMs: number
}

const NEW: ConnectionState = { derived: null, judged: null, setup: NO_SETUP, intervalMs: 0 }

export function createPipeline(stages: Stages): Pipeline {
  const { producer, intervalMs, detail, copies, intake, redactor, summary, raise, keep } = stages
  const connections = new Map<string | null, ConnectionState>()

  function take(item: Item): void {
    const redacted = redactor ? redactor.item(item) : item
    raise(redacted)
    keep(encodeItem(producer, reduceItem(redacted, detail)))
  }

  const stateOf = (pcId: string | null): ConnectionState => connections.get(pcId) ?? NEW

  function takeReport(captured: CapturedReport): JudgedPoll {
    const { peerId, peerName, pcId, timestamp, clock } = captured
    const before = stateOf(pcId)
    const stats = intake.complete(captured)
    const groups = normalize(stats)
    const derived = derive(stats, before.derived, before.intervalMs)
    const occasion = { callSetupMs: before.setup.callSetupMs, skewMs: timestamp - clock }
    const judged = judge(groups, derived, before.judged, occasion)
    connections.set(pcId, {
      ...before,
      derived: derived.state,
      judged: judged.state,
      intervalMs: intervalMs(),
    })
    const { metrics } = derived
    const { quality } = judged
    take(statsItem(captured, stats, { ...groups, metrics, quality }, intervalMs(), copies))
    return { peerId, peerName, pcId, timestamp, ...judged }
  }

  return {
    takeEvent(captured) {
      const { pcId } = captured
      const before = stateOf(pcId)
      const setup = followSetup(before.setup, captured)
      if (pcId !== null) connections.set(pcId, { ...before, setup })
      summary.takeEvent(captured, setup.callSetupMs)
      take(eventItem(captured, intervalMs()))
    },
    takeReports(reports, isWhole) {
      const polls = reports.map(takeReport)
      summary.takePolls(polls, isWhole)
      return polls
    },
    forget(pcId) {
      intake.forget(pcId)
      connections.delete(pcId)
      summary.forget(pcId)
    },
  }
}

function reduceItem(item: Item, detail: Detail): Item {
  return item.tag === 'stats'
    ? { ...item, data: reduceDetail(item.data as StatsData, detail) }
    : item
}
