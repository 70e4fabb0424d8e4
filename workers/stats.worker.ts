// The worker's entry, and the engine for wherever else it has to run: in a blob, in the page, in an app's own worker.
import type { Endpoint } from 'comlink'
import { WORKER_NAME } from '../src/protocol.ts'
import { startWorker } from './start.ts'

export { startWorker }

// Only the worker that the page started by this name starts by itself; whoever else imports this file calls it.
const scope = globalThis as unknown as Endpoint & { name?: string; document?: unknown }
if (scope.name === WORKER_NAME && !scope.document) startWorker(scope)
