// What was done to a recorded call, by whom and when: it is told by the recorder, and by no number of ours.
import type { PathKind } from '../../../src/quality.ts'

/** What the recorder does. Each but a crash has an end. */
type FaultKind =
  /** Nothing comes down to the participant any more. */
  | 'downlink-cut'
  /** Packets that come down to the participant are lost, in bursts. */
  | 'downlink-loss'
  /** Packets are late, up and down. */
  | 'delay'
  /** What the participant sends is held to a bandwidth. */
  | 'uplink-bandwidth'
  /** Nothing goes to the participant's relay or comes from it, until another one is taken. */
  | 'path-down'
  /** The collector answers him 503. */
  | 'collector-unreachable'
  /** His app sends a picture that is too large for his processor to encode in time. */
  | 'encoder-overload'
  /** His page stands still, as in a machine that sleeps. */
  | 'page-stopped'
  /** The microphone is off. */
  | 'muted'
  /** The renderer of his page is killed, and he does not come back. */
  | 'crash'

export interface Fault {
  readonly kind: FaultKind
  /** `peerId` of the participant. */
  readonly who: string
  /** ISO 8601. */
  readonly from: string
  /** ISO 8601; null of a crash. */
  readonly to: string | null
  /** In the units of their names. */
  readonly how: Readonly<Record<string, number | string>>
}

/** One participant is one page with an exporter of its own. */
export interface TruthParticipant {
  readonly peerId: string
  readonly peerName: string
  readonly userId: string
  readonly sessionId: string
  /** What he sends, as the app asked for; null where he has no camera. */
  readonly video: {
    readonly codec: string
    readonly width: number
    readonly height: number
  } | null
  /** In their order: what the app configured, from when on. */
  readonly paths: readonly { readonly path: PathKind; readonly from: string }[]
}

/** A whole `*.truth.json`. */
export interface Truth {
  readonly name: string
  readonly roomId: string
  readonly browser: string
  readonly intervalMs: number
  /** When all were connected, ISO 8601. */
  readonly startedAt: string
  /** When the first of them left, ISO 8601. */
  readonly endedAt: string
  readonly participants: readonly TruthParticipant[]
  readonly faults: readonly Fault[]
}
