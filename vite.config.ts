// The builds of the library (one per mode) and the projects of its tests.
import { playwright } from '@vitest/browser-playwright'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { CHROMIUM_ARGS, findChromium } from './demo/chromium.ts'

/** Where to write the counts of a run, as JSON. */
const SUMMARY = process.env['TEST_SUMMARY']

/** What `--mode` builds, and the file it becomes in dist/. */
const ENTRIES: Record<string, Record<string, string>> = {
  page: { index: 'src/index.ts' },
  worker: { 'stats.worker': 'workers/stats.worker.ts' },
  schema: { schema: 'src/schema.ts' },
}

/**
 * In this repo the worker is a TypeScript file that vite serves and bundles by itself; in the package it is a built
 * sibling, and the address has to stay literal, for the bundlers of our users look for exactly this expression.
 */
function siblingWorker(): Plugin {
  const inSource = "new URL('../workers/stats.worker.ts', import.meta.url)"
  const inPackage = "new URL('./stats.worker.js', import.meta.url)"
  const placeholder = '__STATS_WORKER_URL__'
  return {
    name: 'sibling-worker',
    enforce: 'pre',
    transform: (code) => (code.includes(inSource) ? code.replace(inSource, placeholder) : null),
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') file.code = file.code.replace(placeholder, inPackage)
      }
    },
  }
}

export default defineConfig(({ mode }) => ({
  plugins: mode in ENTRIES ? [siblingWorker()] : [],
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: mode === 'page',
    modulePreload: false,
    sourcemap: true,
    rolldownOptions: {
      input: ENTRIES[mode] ?? {},
      preserveEntrySignatures: 'exports-only' as const,
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
  worker: { format: 'es' as const },
  optimizeDeps: { include: ['comlink', 'idb-keyval', 'ky', 'zod', 'zod/mini'] },
  test: {
    reporters: SUMMARY ? ['default', ['json', { outputFile: SUMMARY }]] : ['default'],
    projects: [
      {
        extends: true as const,
        test: {
          name: 'node',
          include: ['test/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true as const,
        test: {
          name: 'chromium',
          include: ['test/browser/*.test.ts'],
          globalSetup: ['test/browser/servers.ts'],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: findChromium() ?? '', args: [...CHROMIUM_ARGS] },
            }),
            instances: [{ browser: 'chromium' as const }],
          },
        },
      },
    ],
  },
}))
