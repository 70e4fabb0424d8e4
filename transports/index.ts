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
