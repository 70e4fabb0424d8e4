// What is measured: how it starts, polls and stops.

/** Milliseconds from poll to poll; libwebrtc answers from a cache within 50. */
export const INTERVAL_MS = 100

export interface Contender {
  start(pcs: readonly RTCPeerConnection[]): void | Promise<void>
  /** One tick over all connections; absent where it has a clock of its own, set to `INTERVAL_MS`. */
  poll?(): Promise<void>
  stop?(): void | Promise<void>
}
