// What a page tells its worker, with the defaults of the options, in less time.
import { DEFAULTS } from '../src/options.ts'
import type { Facts, PageApi, WorkerConfig } from '../src/protocol.ts'

export const FACTS: Facts = {
  roomId: 's1',
  userId: null,
  keys: {},
  devices: { audio: null, video: null },
}

export const CONFIG: WorkerConfig = {
  ...DEFAULTS,
  producer: 'p1',
  incarnation: 0,
  sessionId: 's1',
  sessionName: 'Test',
  url: 'https://stats.example/ingest',
  timeout: 2000,
  transports: [{ name: 'fetch', url: 'https://stats.example/ingest', isOnPage: false }],
  tail: { beacon: 49_152, later: 20_480, epoch: 0 },
  adaptive: null,
  redact: null,
  redactKey: new Uint8Array(16),
  facts: FACTS,
}

/** A page that gives no headers, and has no transport of its own. */
export const PAGE: PageApi = {
  headers: async () => ({}),
  send: async () => ({ status: 'handed-over' }),
  cancel() {},
  close() {},
}
