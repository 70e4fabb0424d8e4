// What a page's user downloads: `npm run build` makes it, and these are its limits.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { batchJsonSchema } from '../src/schema.ts'
import type * as Schema from '../src/schema.ts'

const dist = (file: string): string => resolve(import.meta.dirname, '../dist', file)

/** The packages that a bundle was made of. */
function packagesIn(file: string): string[] {
  const { sources } = JSON.parse(readFileSync(dist(`${file}.map`), 'utf8')) as { sources: string[] }
  const names = sources.map((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1])
  return [...new Set(names.filter((name) => name !== undefined))].sort()
}

describe('bundles', () => {
  it('the page has comlink and nothing else: no zod, ky or idb-keyval', () => {
    expect(packagesIn('index.js')).toEqual(['comlink'])
    expect(readFileSync(dist('index.js'), 'utf8')).not.toMatch(/indexedDB|CompressionStream|zod/)
  })

  it('the page finds its worker by a literal sibling address', () => {
    const code = readFileSync(dist('index.js'), 'utf8')
    expect(code).toMatch(
      /new Worker\(new URL\(["'`]\.\/stats\.worker\.js["'`],\s*import\.meta\.url\)/,
    )
  })

  it('the worker is one file that imports nothing', () => {
    expect(packagesIn('stats.worker.js')).toEqual(['comlink', 'idb-keyval', 'ky', 'zod'])
    expect(readFileSync(dist('stats.worker.js'), 'utf8')).not.toMatch(
      /\bimport\s*[({"'*]|\bfrom\s*["']/,
    )
  })

  it('the JSON Schema was worked out by the build, is the same, and is new each time', async () => {
    const built = (await import(dist('schema.js'))) as typeof Schema
    expect(built.batchJsonSchema()).toEqual(batchJsonSchema())
    expect(JSON.stringify(built.batchJsonSchema())).toBe(JSON.stringify(batchJsonSchema()))
    Object.assign(built.batchJsonSchema(), { type: 'mended' })
    expect(built.batchJsonSchema()).toMatchObject({ type: 'object' })
    expect(readFileSync(dist('schema.js.map'), 'utf8')).not.toContain('to-json-schema.js')
  })

  it('the licences of all that is bundled go with it', () => {
    const licences = readFileSync(dist('THIRD-PARTY-LICENSES.txt'), 'utf8')
    const files = ['index.js', 'stats.worker.js', 'schema.js']
    for (const name of files.flatMap(packagesIn)) {
      expect(licences).toMatch(
        new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\((MIT|Apache-2\\.0)\\)`, 'm'),
      )
    }
  })

  // A limit grows only with its reason beside it.
  it.each([
    // comlink is a quarter of it, the checks with their sentences another, the start chain with its restarts a seventh.
    // What leaves when the page ends, and the page's side of transports, are 1.9 kB.
    ['index.js', 10_400],
    // comlink, ky, idb-keyval and a zod/mini schema are 15.3 kB of it, the pseudonyms of `redact` 2.4, the socket 1.5.
    ['stats.worker.js', 36_000],
  ])('%s is at most %i bytes, brotli', (file, most) => {
    const code = readFileSync(dist(file))
    const brotli = brotliCompressSync(code).byteLength
    console.log(
      `${file}: ${code.byteLength} bytes, gzip ${gzipSync(code).byteLength}, brotli ${brotli}`,
    )
    expect(brotli).toBeLessThanOrEqual(most)
  })
})
