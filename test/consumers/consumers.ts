// Who takes the library in, and how: one entry per consumer.
import { LIBRARY, built, plain, remote, served } from './makers.ts'
import type { Consumer } from './makers.ts'
import { ESBUILD, NEXT, ROLLUP, SVELTEKIT, VITE, WEBPACK } from './versions.ts'

const ALL = ['chromium', 'older', 'firefox'] as const
const BOTH = ['chromium', 'older'] as const
const CHROMIUM = ['chromium'] as const

const VITE_DEV = ['vite', '--host', '127.0.0.1', '--port', '$PORT', '--strictPort']
const WEBPACK_BUILD = [
  ...['webpack', '--mode', 'production', '--entry', './main.js', '--output-path', 'dist'],
]
const ESBUILD_FLAGS = ['--bundle', '--format=esm', '--splitting', '--outdir=dist']
/** As many call it: one classic script, which has no `import.meta`. */
const ESBUILD_ONE_FILE = ['esbuild', 'main.js', '--bundle', '--minify', '--outfile=dist/main.js']
const ROLLUP_FLAGS = ['--dir', 'dist', '--format', 'es', '--plugin', 'node-resolve']
const NEXT_START = ['next', 'start', '-H', '127.0.0.1']
const OWN = 'own-worker'

export const CONSUMERS: readonly Consumer[] = [
  built({ name: 'vite-build', browsers: ALL, packages: VITE }, ['vite', 'build']),
  served({ name: 'vite-dev', browsers: ALL, packages: VITE }, VITE_DEV),
  built({ name: 'webpack', browsers: ALL, packages: WEBPACK }, WEBPACK_BUILD),
  built({ name: 'esbuild', browsers: ALL, packages: ESBUILD }, [
    ...['esbuild', 'main.js', ...ESBUILD_FLAGS],
  ]),
  built({ name: 'esbuild-one-file', browsers: CHROMIUM, packages: ESBUILD }, ESBUILD_ONE_FILE),
  built({ name: 'esbuild-helpers', browsers: CHROMIUM, packages: ESBUILD }, [
    ...[...ESBUILD_ONE_FILE, '--keep-names', '--target=es2020'],
  ]),
  built({ name: 'rollup', browsers: BOTH, packages: ROLLUP }, [
    ...['rollup', 'main.js', ...ROLLUP_FLAGS],
  ]),
  plain({ name: 'import-map', browsers: BOTH, packages: {} }, importMap(LIBRARY)),
  remote({ name: 'cdn', browsers: BOTH, packages: {} }, importMap),
  served({ name: 'next', browsers: BOTH, packages: NEXT }, NEXT_START, ['next', 'build'], 'next'),
  served(
    { name: 'next-webpack', browsers: BOTH, packages: NEXT },
    NEXT_START,
    ['next', 'build', '--webpack'],
    'next',
  ),
  served(
    { name: 'sveltekit', browsers: BOTH, packages: SVELTEKIT },
    ['node', 'build/index.js'],
    ['vite', 'build'],
    'sveltekit',
  ),
  built({ name: 'own-vite-build', browsers: CHROMIUM, packages: VITE }, ['vite', 'build'], OWN),
  served({ name: 'own-vite-dev', browsers: CHROMIUM, packages: VITE }, VITE_DEV, undefined, OWN),
  built({ name: 'own-webpack', browsers: CHROMIUM, packages: WEBPACK }, WEBPACK_BUILD, OWN),
  built(
    { name: 'own-esbuild', browsers: CHROMIUM, packages: ESBUILD },
    ['esbuild', 'main.js', 'worker.js', ...ESBUILD_FLAGS],
    OWN,
  ),
  built(
    { name: 'own-rollup', browsers: CHROMIUM, packages: ROLLUP },
    ['rollup', 'main.js', 'worker.js', ...ROLLUP_FLAGS],
    OWN,
  ),
]

function importMap(library: string): string {
  const map = JSON.stringify({ imports: { 'webrtc-stats-exporter': `${library}/index.js` } })
  return `<script type="importmap">${map}</script>\n<script type="module" src="/main.js"></script>`
}
