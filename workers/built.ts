// What the built engine offers: `vite.config.ts` makes one function of all this.
export { createFetchTransport } from '../transports/fetch.ts'
export { createWebSocketTransport } from '../transports/websocket.ts'
export { startWorker } from './start.ts'
