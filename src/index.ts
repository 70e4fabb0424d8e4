// The public API: re-exports only.
export type { AdaptiveOption } from './adaptive.ts'
export { WebRTCExporter } from './exporter.ts'
export type {
  DroppedItem,
  ExporterEvents,
  ExportError,
  ExportSuccess,
  PageItem,
  StateItem,
  StatsItem,
  SummaryItem,
} from './events.ts'
export type { Listener } from './emitter.ts'
export type { ExporterOptions, HeadersOption, QueueOption, RedactOption } from './options.ts'
export type { PeerOptions } from './peer-options.ts'
export type { Quarantine } from './quarantine.ts'
export type { Stat, StatsType } from './stats.ts'
export type {
  FlushResult,
  Mode,
  Place,
  QuarantinedBatch,
  QueueState,
  RedactSwitches,
} from './terms.ts'
export type { TransportOption } from './transports.ts'
export type { Update } from './update.ts'
export type { Metrics, StatMetrics } from './metrics.ts'
export type { Aggregate, AudioMos, ByWay, PathKind, Quality, SelectedPair } from './quality.ts'
export type { ByWaySummary, CallSummary, DirectionSummary, Spread, Summaries } from './summary.ts'
export type {
  Batch,
  ByDirection,
  Client,
  ClientHints,
  ClientQueue,
  Devices,
  DropCounts,
  DropReason,
  Item,
  StatsData,
  Tag,
} from './wire.ts'
