// The engine as a file of its own in the package: code for the page, and text for a worker from a blob.
import type { Endpoint } from 'comlink'

/** What the file exports, as far as the page is concerned. */
export interface EngineFile {
  engine(): { startWorker(scope: Endpoint): void }
}

/** The engine's code, in this thread. */
export function loadEngine(): Promise<EngineFile> {
  // oxlint-disable-next-line no-restricted-imports -- a file of its own in the package, loaded only here
  return import('../workers/stats.worker.ts')
}

/** The engine is one function that stands on nothing outside of it, so its own text is a script. */
export async function engineText(): Promise<string> {
  return String((await loadEngine()).engine)
}
