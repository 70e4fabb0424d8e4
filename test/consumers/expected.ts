// Which way of starting wins, per consumer, as it was measured; in both browsers it is the same one.

type Mode = 'app' | 'worker' | 'blob' | 'page' | 'none'

export interface Expected {
  readonly mode: Mode
  /** How many ways fail before, each with an `error` event of its own. */
  readonly failures: number
  /** The directives that these tries run into; no other one may be violated. */
  readonly violates?: readonly string[]
  /** What stands in one of the `error` events. */
  readonly says?: string
}

/** A consumer that is not named here starts the sibling worker. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  // These leave `new URL(..., import.meta.url)` as it is, and copy no file.
  esbuild: { mode: 'blob', failures: 1 },
  'esbuild-one-file': { mode: 'blob', failures: 1 },
  rollup: { mode: 'blob', failures: 1 },
  // The helpers that esbuild puts outside of the engine are not in its text.
  'esbuild-helpers': { mode: 'page', failures: 2 },
  // The one file holds the worker; without DecompressionStream its text is that of the file beside it.
  'script-tag': { mode: 'blob', failures: 0 },
  'script-alone': { mode: 'blob', failures: 0 },
  'script-inline': { mode: 'blob', failures: 0 },
  'script-no-inflate': { mode: 'blob', failures: 0 },
  'script-no-inflate-alone': { mode: 'none', failures: 3, says: '/stats.worker.js' },
  // No browser makes a worker from a file of another origin.
  cdn: { mode: 'blob', failures: 1 },
  'own-vite-build': { mode: 'app', failures: 0 },
  'own-vite-dev': { mode: 'app', failures: 0 },
  'own-webpack': { mode: 'app', failures: 0 },
  'own-esbuild': { mode: 'app', failures: 0 },
  'own-rollup': { mode: 'app', failures: 0 },
  'csp-no-worker': { mode: 'page', failures: 2, violates: ['worker-src'] },
  'csp-own-worker-cdn': { mode: 'page', failures: 2, violates: ['worker-src'] },
  // A worker cannot show a nonce.
  'csp-nonce': { mode: 'page', failures: 2, violates: ['worker-src'] },
  // The library's policy is not among those that this page allows.
  'csp-other-policies': {
    mode: 'page',
    failures: 2,
    violates: ['trusted-types', 'require-trusted-types-for'],
  },
  // What runs in the page is the file beside the script: without it there is nothing left, as the last error says.
  'csp-script-no-worker': { mode: 'page', failures: 1, violates: ['worker-src'] },
  'csp-script-nonce': { mode: 'page', failures: 1, violates: ['worker-src'] },
  'csp-script-alone': {
    ...{ mode: 'none', failures: 3, violates: ['worker-src'], says: '/stats.worker.js' },
  },
  'csp-script-inline': {
    ...{ mode: 'none', failures: 3, violates: ['worker-src'], says: 'whose address names no file' },
  },
  'csp-script-package': {
    ...{ mode: 'none', failures: 3, violates: ['worker-src'], says: 'whose address names no file' },
  },
  'csp-script-clobbered': {
    ...{ mode: 'none', failures: 3, violates: ['worker-src'], says: 'whose address names no file' },
  },
  // The last error says that there is nothing left.
  'csp-nothing': { mode: 'none', failures: 4, violates: ['worker-src', 'script-src-elem'] },
}

export function expectedOf(consumer: string): Expected {
  return EXPECTED[consumer] ?? { mode: 'worker', failures: 0 }
}
