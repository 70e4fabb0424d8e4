// The transports' public side: re-exports only.
export { createFetchTransport } from './fetch.ts'
export type { FetchParts } from './fetch.ts'
export type {
  Answer,
  EncodedBatch,
  OwnTransport,
  Rejection,
  SendResult,
  Transport,
  TransportContext,
} from './transport.ts'
export { createWebSocketTransport } from './websocket.ts'
export type { WebSocketParts } from './websocket.ts'
export type { Timer, WebSocketLike } from './line.ts'
