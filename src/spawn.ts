// Starts the worker, and says why where it does not start.
import { wrap } from 'comlink'
import type { Remote } from 'comlink'
import { PROTOCOL_VERSION } from './protocol.ts'
import type { WorkerApi } from './protocol.ts'
import { within } from './time.ts'

/** A worker that answered. */
export interface Engine {
  readonly api: Remote<WorkerApi>
  terminate(): void
}

/** A script that has not answered by then is blocked, broken or starved. */
const START_LIMIT_MS = 4000

/**
 * Resolves to a worker that has shaken hands.
 * @throws Error with the reason, when it cannot be made, fails to load, or does not answer in time
 */
export async function spawn(): Promise<Engine> {
  const worker = new Worker(new URL('../workers/stats.worker.ts', import.meta.url), {
    type: 'module',
    name: 'webrtc-stats-exporter',
  })
  const api = wrap<WorkerApi>(worker)
  const failure = new Promise<Error>((resolve) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault()
      resolve(new Error(`the worker failed to load: ${event.message || 'no reason given'}`))
    })
  })
  const late = new Error(`the worker did not answer within ${START_LIMIT_MS} ms`)
  const answer = await within(START_LIMIT_MS, Promise.race([api.hello(), failure]), late)
  if (answer === PROTOCOL_VERSION) return { api, terminate: () => worker.terminate() }
  worker.terminate()
  if (answer instanceof Error) throw answer
  throw new Error(`the worker speaks protocol ${answer}, expected ${PROTOCOL_VERSION}`)
}
