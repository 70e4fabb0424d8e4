// The transports' public side: re-exports only.
export { createFetchTransport } from './fetch.ts'
export type { FetchParts } from './fetch.ts'
export type { Answer, EncodedBatch, Rejection, SendResult, Transport } from './transport.ts'
