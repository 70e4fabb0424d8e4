// What a page tells its worker, with the defaults of the options, in less time.
import { DEFAULTS } from '../src/options.ts'
import type { Facts, WorkerConfig } from '../src/protocol.ts'

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
  redact: null,
  redactKey: new Uint8Array(16),
  facts: FACTS,
}
