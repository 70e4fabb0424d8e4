// The builds of the library (one per mode) and the projects of its tests.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { deflateSync } from 'node:zlib'
import { playwright } from '@vitest/browser-playwright'
import { build as runBuild, runnerImport } from 'vite'
import type { Plugin, UserConfig } from 'vite'
import { defineConfig } from 'vitest/config'
import { CHROMIUM_ARGS, findChromium } from './demo/chromium.ts'
import type * as Schema from './src/schema.ts'
import { lessComlink, lessKy } from './vite.left-out.ts'
import { licences } from './vite.licences.ts'

/** Where to write the counts of a test run, as JSON. */
const SUMMARY = process.env['TEST_SUMMARY']

/** What stands in the source, where vite serves and bundles the worker by itself, and what in the package. */
const IN_SOURCE = '../workers/stats.worker.ts'
const IN_PACKAGE = './stats.worker.js'

/**
 * In the package the worker is a sibling with a literal address, for the bundlers of our users look for exactly these
 * expressions; vite must not follow them here.
 */
function siblingWorker(): Plugin {
  const expressions = [`new URL('${IN_SOURCE}', import.meta.url)`, `import('${IN_SOURCE}')`]
  const placeholder = (index: number): string => `__SIBLING_${index}__`
  return {
    name: 'sibling-worker',
    enforce: 'pre',
    transform: (code) => ({
      code: expressions.reduce((text, it, index) => text.replaceAll(it, placeholder(index)), code),
      map: null,
    }),
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue
        for (const [index, it] of expressions.entries()) {
          file.code = file.code.replaceAll(placeholder(index), it.replace(IN_SOURCE, IN_PACKAGE))
        }
      }
    },
  }
}

/**
 * The engine as one function that stands on nothing outside of it: a worker runs it, the page runs it, and its own
 * text makes a blob.
 */
const ENGINE = {
  banner: 'export function engine(){',
  footer: 'return built}',
  start:
    'export function startWorker(options={}){engine().startWorker(globalThis,options.transports)}' +
    'export function createFetchTransport(parts){return engine().createFetchTransport(parts)}' +
    'export function createWebSocketTransport(parts){return engine().createWebSocketTransport(parts)}' +
    `if(globalThis.name==='webrtc-stats-exporter'&&!globalThis.document)startWorker()`,
}

/**
 * One file for a `<script>` tag: the engine is inside as deflated text, and there is no worker file to look for. `deflate`
 * and not `deflate-raw`, for Chromium inflates the latter since 103 only.
 */
function engineInside(): Plugin {
  const sibling = `    { place: 'worker', open: async () => overWorker(openSibling()) },\n`
  return {
    name: 'engine-inside',
    enforce: 'pre',
    config() {
      const [code = ''] = readFileSync('dist/stats.worker.js', 'utf8').split(ENGINE.start)
      const text = code.replace('export ', '')
      const deflated = deflateSync(text, { level: 9, memLevel: 9 }).toString('base64')
      return { define: { ENGINE_INSIDE: JSON.stringify(deflated) } }
    },
    resolveId: (source) => (source === './engine-file.ts' ? resolve('src/engine-inside.ts') : null),
    transform(code, id) {
      if (!id.endsWith('/src/candidates.ts')) return null
      if (!code.includes(sibling)) throw new Error('no sibling among the openers to leave out')
      const inside = code
        .replace(sibling, '')
        .replaceAll(`new URL('${IN_SOURCE}', import.meta.url)`, 'null')
      return { code: inside, map: null }
    },
  }
}

/** The engine's transports under a name of their own. */
function transportsBeside(): Plugin {
  return {
    name: 'transports-beside',
    generateBundle() {
      const source = `export{createFetchTransport,createWebSocketTransport}from'${IN_PACKAGE}'\n`
      this.emitFile({ type: 'asset', fileName: 'transports.js', source })
    },
  }
}

/** What `batchJsonSchema()` gives never changes: the package has the answer, and not the third of zod that works it out. */
function jsonSchemaReady(): Plugin {
  const source = /export function batchJsonSchema\(\): object \{\n.*?\n\}\n/s
  return {
    name: 'json-schema-ready',
    enforce: 'pre',
    async transform(code, id) {
      if (!id.endsWith('/src/schema.ts')) return null
      if (!source.test(code)) throw new Error('no batchJsonSchema() to work out')
      const { module } = await runnerImport<typeof Schema>(id)
      const json = JSON.stringify(module.batchJsonSchema())
      // One statistics object is in it twenty times. Calls and literals: who asks gets an object of his own.
      const [stat = ''] =
        /\{"type":"object","properties":\{"id":.*?"additionalProperties":\{\}\}/.exec(json) ?? []
      if (!stat) throw new Error('no statistics object in the JSON Schema')
      const text = json.replaceAll(stat, 'jsonStat()')
      const ready = `const jsonStat=()=>(${stat})\nexport function batchJsonSchema(){return ${text}}\n`
      return { code: code.replace(source, () => ready), map: null }
    },
  }
}

const BUILDS: Record<string, UserConfig> = {
  page: {
    plugins: [siblingWorker(), lessComlink()],
    build: { rolldownOptions: { input: { index: 'src/index.ts' } } },
  },
  engine: {
    plugins: [lessComlink(), lessKy(), licences(), transportsBeside()],
    build: {
      rolldownOptions: {
        input: { 'stats.worker': 'workers/built.ts' },
        output: {
          format: 'iife',
          name: 'built',
          postBanner: ENGINE.banner,
          postFooter: ENGINE.footer + ENGINE.start,
        },
      },
    },
  },
  script: {
    plugins: [engineInside(), lessComlink()],
    build: {
      rolldownOptions: {
        input: { 'webrtc-stats-exporter.iife': 'src/index.ts' },
        output: { format: 'iife', name: 'WebRTCStatsExporter', codeSplitting: false },
      },
    },
  },
  schema: {
    plugins: [jsonSchemaReady(), licences()],
    build: { minify: 'oxc', rolldownOptions: { input: { schema: 'src/schema.ts' } } },
  },
}

function libraryBuild({ plugins = [], build = {} }: UserConfig): UserConfig {
  const { rolldownOptions = {}, ...rest } = build
  const { output, ...options } = rolldownOptions
  return {
    plugins,
    build: {
      target: 'es2022',
      emptyOutDir: false,
      modulePreload: false,
      sourcemap: true,
      // Terser folds what the bundler's own minifier leaves (3 % of the worker), and that goes over it again.
      minify: 'terser',
      terserOptions: { ecma: 2020, compress: { passes: 2 } },
      ...rest,
      rolldownOptions: {
        ...options,
        preserveEntrySignatures: 'exports-only',
        checks: { pluginTimings: false },
        output: { entryFileNames: '[name].js', minify: true, ...output },
      },
    },
  }
}

/**
 * Tests in a browser load the engine as users do, as one file, built of the source as it is when they begin. From the
 * source a worker asks for seventy files, which takes longer on a busy machine than a page waits for one.
 */
function engineAtOnce(): Plugin {
  const { plugins = [], build: options } = libraryBuild(BUILDS['engine'] as UserConfig)
  let built: Promise<string> | undefined
  const bundle = async (): Promise<string> => {
    const files = await runBuild({
      ...{ configFile: false, logLevel: 'warn', plugins },
      build: { ...options, minify: false, write: false },
    })
    const outputs = [files].flat().flatMap((file) => ('output' in file ? file.output : []))
    const [file] = outputs.filter(({ fileName }) => fileName === 'stats.worker.js')
    if (file?.type !== 'chunk') throw new Error('no engine was built')
    return file.code
  }
  return {
    name: 'engine-at-once',
    enforce: 'pre',
    load: (id) => (/\/workers\/stats\.worker\.ts(\?|$)/.test(id) ? (built ??= bundle()) : null),
  }
}

export default defineConfig(({ mode }) => ({
  ...(BUILDS[mode] ? libraryBuild(BUILDS[mode]) : {}),
  worker: { format: 'es' as const },
  // What the docs import is what an app does.
  resolve: {
    alias: {
      'webrtc-stats-exporter/worker': resolve('workers/stats.worker.ts'),
      'webrtc-stats-exporter/transports': resolve('transports/index.ts'),
    },
  },
  optimizeDeps: {
    include: [
      'comlink',
      'idb-keyval',
      'ky',
      'preact',
      'preact/hooks',
      'preact/jsx-runtime',
      'uplot',
      'zod',
      'zod/mini',
    ],
  },
  test: {
    // Of two cores one would be left to the browser, which mostly waits.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: SUMMARY ? ['default', ['json', { outputFile: SUMMARY }]] : ['default'],
    projects: [
      {
        extends: true as const,
        test: { name: 'node', include: ['test/*.test.ts'], testTimeout: 20_000 },
      },
      {
        extends: true as const,
        test: {
          name: 'crash',
          include: ['test/crash/*.test.ts'],
          testTimeout: 120_000,
          // One browser at a time, and after all other tests: what is measured in them is time.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true as const,
        plugins: [engineAtOnce()],
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
