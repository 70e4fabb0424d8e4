// The events of an exporter, by name, with what each carries.
import type { Stat } from './stats.ts'
import type { Place, QueueState } from './terms.ts'
import type { CallSummary } from './summary.ts'
import type { DropReason, Item, StatsData } from './wire.ts'

/** A `stats` item as the page gets it: `rawStats` is a Map here, as `getStats()` gave it. */
export interface StatsItem extends Omit<Item<StatsData>, 'rawStats'> {
  readonly rawStats?: ReadonlyMap<string, Stat>
}

/** Any item as the page gets it. */
export interface PageItem extends Omit<Item, 'rawStats'> {
  readonly rawStats?: ReadonlyMap<string, Stat>
}

/** A change of one of the connection's states. */
export interface StateItem<State extends string> extends PageItem {
  readonly data: { readonly state: State }
}

/** So many items were given up, all of them counted. At most once a minute and reason. */
export interface DroppedItem extends PageItem {
  readonly data: { readonly reason: DropReason; readonly count: number }
}

/** How the call has been: of a peer, or of the session (`peerId: null`). */
export interface SummaryItem extends PageItem {
  readonly data: CallSummary
}

export interface ExportSuccess {
  readonly count: number
  readonly sessionId: string
  readonly batchId: string
  /** False where the transport cannot know whether it arrived. */
  readonly confirmed: boolean
}

export interface ExportError {
  readonly error: Error
  /** `items.length` */
  readonly count: number
  readonly items: readonly Item[]
  /** True: still stored, and tried again later. False: given up. */
  readonly queued: boolean
}

export interface ExporterEvents {
  /** Every poll of every connection. */
  stats: StatsItem
  /** Every item, whatever its event. */
  timeline: PageItem
  iceConnectionStateChange: StateItem<RTCIceConnectionState>
  connectionStateChange: StateItem<RTCPeerConnectionState>
  iceGatheringStateChange: StateItem<RTCIceGatheringState>
  signalingStateChange: StateItem<RTCSignalingState>
  /** Something was given up. The server is told, too. */
  dropped: DroppedItem
  /** Each minute, and of a peer that is removed and at `destroy()` the last one. */
  summary: SummaryItem
  /** What waits has changed: at once, then at most once a second. */
  queue: QueueState
  /** A batch was acked. */
  'export:success': ExportSuccess
  /** A batch has used up its attempts, was refused, or was given up. */
  'export:error': ExportError
  /** A mistake in how the library is used, or something that it lacks here. */
  error: {
    readonly error: Error
    /** Where the engine could not be started, and the next place is tried. */
    readonly place?: Place
  }
}
