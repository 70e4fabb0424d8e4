// Builds the page of the checks as an app would, on the built library, and serves it on this machine.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, preview } from 'vite'
import type { InlineConfig } from 'vite'

export interface Site {
  readonly url: string
  close(): Promise<void>
}

const LIBRARY = join(import.meta.dirname, '../../dist/index.js')

export async function servePage(): Promise<Site> {
  const root = join(import.meta.dirname, 'page')
  const outDir = mkdtempSync(join(tmpdir(), 'engines-'))
  process.once('exit', () => rmSync(outDir, { recursive: true }))
  const config: InlineConfig = {
    root,
    configFile: false,
    logLevel: 'warn',
    // The checks are typed by the source; what runs is the package.
    resolve: { alias: [{ find: /^.*\/src\/index\.ts$/, replacement: LIBRARY }] },
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: {
        input: ['index.html', 'leaver.html', 'placed.html'].map((name) => join(root, name)),
      },
    },
    preview: { host: '127.0.0.1', port: 0 },
  }
  if (!existsSync(LIBRARY)) throw new Error('There is no dist/. Make it with: npm run build')
  await build(config)
  const server = await preview(config)
  return {
    url: server.resolvedUrls?.local[0] ?? '',
    close: () => server.close(),
  }
}
