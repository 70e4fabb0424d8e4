// The worker's entry, and the engine for wherever else it has to run: in a blob, in the page, in an app's own worker.
import type { Endpoint } from 'comlink'
import { WORKER_NAME } from '../src/protocol.ts'
import type { OwnTransport } from '../transports/transport.ts'
import * as built from './built.ts'

export interface StartOptions {
  /** The app's own transports, by the names that the option `transport` has for them. */
  readonly transports?: Readonly<Record<string, OwnTransport>>
}

export interface Engine {
  startWorker(scope: object, transports?: StartOptions['transports']): void
}

/** The engine. In the package this function stands on nothing outside of it, so that its own text is a script. */
export function engine(): Engine {
  return {
    startWorker: (scope, transports) => built.startWorker(scope as Endpoint, transports),
  }
}

/**
 * Makes a worker of this scope: an app's own worker file calls it, first thing and synchronously.
 * @param options the app's own transports; or `self`, which says nothing new
 */
export function startWorker(options: StartOptions | { postMessage: unknown } = {}): void {
  engine().startWorker(globalThis, 'transports' in options ? options.transports : {})
}

// Only the worker that the page started by this name starts by itself; whoever else imports this file calls it.
const scope: { name?: string; document?: unknown } = globalThis
if (scope.name === WORKER_NAME && !scope.document) startWorker()
