// What is measured: how it starts, polls and stops.

/** Milliseconds from poll to poll; libwebrtc answers from a cache within 50. */
export const INTERVAL_MS = 100

export interface Candidate {
  start(pcs: readonly RTCPeerConnection[]): void | Promise<void>
  /** One tick over all connections; absent where it has a clock of its own, set to `INTERVAL_MS`. */
  poll?(): Promise<void>
  /** Calls of any `getStats()` in one tick; as many as there are connections where it does not say. */
  callsOf?(pcs: readonly RTCPeerConnection[]): number
  stop?(): void | Promise<void>
}
