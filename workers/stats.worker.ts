// The worker's entry, and the engine for wherever else it has to run: in a blob, in the page, in an app's own worker.
import type { Endpoint } from 'comlink'
import { WORKER_NAME } from '../src/protocol.ts'
import * as built from './built.ts'

export interface Engine {
  startWorker(scope: object): void
}

/** The engine. In the package this function stands on nothing outside of it, so that its own text is a script. */
export function engine(): Engine {
  return { startWorker: (scope) => built.startWorker(scope as Endpoint) }
}

/**
 * Makes a worker of this scope: an app's own worker file calls it, first thing and synchronously.
 * @param scope what the page's messages come in on; by default the worker's own scope
 */
export function startWorker(scope: object = globalThis): void {
  engine().startWorker(scope)
}

// Only the worker that the page started by this name starts by itself; whoever else imports this file calls it.
const scope: { name?: string; document?: unknown } = globalThis
if (scope.name === WORKER_NAME && !scope.document) startWorker()
