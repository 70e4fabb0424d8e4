// The places where the engine can run, best first, and how each of them is opened.
import type { Endpoint } from 'comlink'
import { engineText, loadEngine } from './engine-file.ts'
import { WORKER_NAME } from './protocol.ts'
import type { Place } from './terms.ts'

/** An engine that has been opened, and has not answered yet. */
export interface Candidate {
  readonly endpoint: Endpoint
  /** Resolves when it fails, with the reason. */
  readonly failure: Promise<Error>
  terminate(): void
}

export interface Opener {
  readonly place: Place
  /** Rejects where it cannot even be tried. */
  open(): Promise<Candidate>
}

export function openers(appWorker: (() => Worker) | null): Opener[] {
  const own: Opener[] = appWorker
    ? [{ place: 'app', open: async () => overWorker(appWorker()) }]
    : []
  return [
    ...own,
    { place: 'worker', open: async () => overWorker(openSibling()) },
    { place: 'blob', open: openBlob },
    { place: 'page', open: openInPage },
  ]
}

/** Literal, with its options: this expression is what the bundlers of our users look for. */
function openSibling(): Worker {
  const policy = trustedTypes()
  if (policy) return openTrustedSibling(trustedWorker(policy))
  return new Worker(new URL('../workers/stats.worker.ts', import.meta.url), {
    type: 'module',
    name: 'webrtc-stats-exporter',
  })
}

/** The same expression again: whoever bundles it must find a worker in it, and not a file to copy. */
function openTrustedSibling(Worker: typeof globalThis.Worker): Worker {
  return new Worker(new URL('../workers/stats.worker.ts', import.meta.url), {
    type: 'module',
    name: 'webrtc-stats-exporter',
  })
}

function trustedWorker(policy: Policy): typeof globalThis.Worker {
  return function (url: URL, options: WorkerOptions) {
    return new Worker(policy.createScriptURL(url.href) as string, options)
  } as unknown as typeof globalThis.Worker
}

/** Where the file is not beside us (a bundler that does not know workers) or is of another origin (a CDN). */
async function openBlob(): Promise<Candidate> {
  const code = `(${await engineText()})().startWorker(self)`
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  try {
    const trusted = trustedTypes()?.createScriptURL(url) ?? url
    return overWorker(new Worker(trusted as string))
  } finally {
    // The worker has its own hold on it once it is constructed.
    setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS)
  }
}

/** WebKit reads the address only after the constructor has returned. */
const REVOKE_MS = 10_000

async function openInPage(): Promise<Candidate> {
  const { engine } = await loadEngine()
  const { port1, port2 } = new MessageChannel()
  engine().startWorker(port2)
  return { endpoint: port1, failure: new Promise(() => {}), terminate: () => port1.close() }
}

function overWorker(worker: Worker): Candidate {
  const failure = new Promise<Error>((resolve) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault()
      resolve(new Error(event.message || 'the script did not load'))
    })
  })
  return { endpoint: worker, failure, terminate: () => worker.terminate() }
}

interface Policy {
  createScriptURL(url: string): unknown
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy
}

let ourPolicy: Policy | null | undefined

/** A page that requires Trusted Types (https://w3c.github.io/trusted-types/) takes no plain string for a script. */
function trustedTypes(): Policy | null {
  const factory = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes
  try {
    ourPolicy ??= factory?.createPolicy(WORKER_NAME, { createScriptURL: (url) => url }) ?? null
  } catch {
    ourPolicy = null // this page allows other policies only: what follows fails, and says so
  }
  return ourPolicy ?? null
}
