// Which way of starting wins, per consumer, as it was measured; in both browsers it is the same one.

type Mode = 'app' | 'worker' | 'blob' | 'page' | 'none'

export interface Expected {
  readonly mode: Mode
  /** How many ways fail before, each with an `error` event of its own. */
  readonly failures: number
  /** The directives that these tries run into; no other one may be violated. */
  readonly violates?: readonly string[]
}

/** A consumer that is not named here starts the sibling worker. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  // These leave `new URL(..., import.meta.url)` as it is, and copy no file.
  esbuild: { mode: 'blob', failures: 1 },
  'esbuild-one-file': { mode: 'blob', failures: 1 },
  rollup: { mode: 'blob', failures: 1 },
  // The helpers that esbuild puts outside of the engine are not in its text.
  'esbuild-helpers': { mode: 'page', failures: 2 },
  // A script that is no module has no sibling, and its one file holds the worker.
  'script-tag': { mode: 'blob', failures: 0 },
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
  // The last error says that there is nothing left.
  'csp-nothing': { mode: 'none', failures: 4, violates: ['worker-src', 'script-src-elem'] },
}

export function expectedOf(consumer: string): Expected {
  return EXPECTED[consumer] ?? { mode: 'worker', failures: 0 }
}
