// What one client of the socket may take, and how many there may be.

/** Times in ms. */
export interface SocketLimits {
  /** Until the client says who it is. @default 10000 */
  readonly helloMs: number
  /** Between two frames; clients ping every 25 s. @default 60000 */
  readonly idleMs: number
  /** Batches of one client that wait for their answer. @default 4 */
  readonly window: number
  /** Answers of one client that wait until it reads them. @default 1048576 */
  readonly maxWaitingBytes: number
  /** @default 10000 */
  readonly maxSockets: number
}

/** Where nothing else is said. */
export const SOCKET_LIMITS: SocketLimits = {
  helloMs: 10_000,
  idleMs: 60_000,
  window: 4,
  maxWaitingBytes: 1024 * 1024,
  maxSockets: 10_000,
}
