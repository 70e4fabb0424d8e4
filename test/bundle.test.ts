// What a page's user downloads: `npm run build` makes it, and these are its limits.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { brotliCompressSync, gzipSync, inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { batchJsonSchema } from '../src/schema.ts'
import type * as Schema from '../src/schema.ts'
import type * as Transports from '../transports/index.ts'

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
    expect(readFileSync(dist('index.js'), 'utf8')).not.toMatch(/indexedDB|ompressionStream|zod/)
  })

  it('the page finds its worker by a literal sibling address', () => {
    const code = readFileSync(dist('index.js'), 'utf8')
    expect(code).toMatch(
      /new Worker\(new URL\(["'`]\.\/stats\.worker\.js["'`],\s*import\.meta\.url\)/,
    )
  })

  it('the worker is one file that imports nothing', () => {
    expect(packagesIn('stats.worker.js')).toEqual(['comlink', 'idb-keyval', 'ky'])
    expect(readFileSync(dist('stats.worker.js'), 'utf8')).not.toMatch(
      /\bimport\s*[({"'*]|\bfrom\s*["']/,
    )
  })

  it('the one file for a script tag holds the very engine of the worker', () => {
    const code = readFileSync(dist('webrtc-stats-exporter.iife.js'), 'utf8')
    const [, inside = ''] = /\batob\(["'`]([\w+/=]+)["'`]\)/.exec(code) ?? []
    const text = inflateSync(Buffer.from(inside, 'base64')).toString()
    expect(text).toMatch(/^function engine\(\)\{[^]*\}$/)
    expect(readFileSync(dist('stats.worker.js'), 'utf8').startsWith(`export ${text}`)).toBe(true)
  })

  it('the JSON Schema was worked out by the build, is the same, and is new each time', async () => {
    const built = (await import(dist('schema.js'))) as typeof Schema
    expect(built.batchJsonSchema()).toEqual(batchJsonSchema())
    expect(JSON.stringify(built.batchJsonSchema())).toBe(JSON.stringify(batchJsonSchema()))
    Object.assign(built.batchJsonSchema(), { type: 'mended' })
    expect(built.batchJsonSchema()).toMatchObject({ type: 'object' })
    expect(readFileSync(dist('schema.js.map'), 'utf8')).not.toContain('to-json-schema.js')
  })

  it('what is left out of ky is not missed: whatever comes is an answer, at once and once', async () => {
    const { createFetchTransport } = (await import(dist('transports.js'))) as typeof Transports
    let requests = 0
    const late = new AbortController()
    const server = createServer((request, response) => {
      requests++
      const status = Number(request.url?.slice(1))
      if (status === 0) return void request.socket.destroy()
      if (status === 1) return late.abort(new DOMException('late', 'TimeoutError'))
      response.writeHead(status, { 'retry-after': '7' }).end('no')
    }).listen(0)
    const { port } = server.address() as AddressInfo
    const post = (status: number, signal = new AbortController().signal) =>
      createFetchTransport({
        url: `http://127.0.0.1:${port}/${status}`,
        compression: 'none',
        headers: async () => ({}),
        now: Date.now,
      }).send({ json: new TextEncoder().encode('{}') } as Transports.EncodedBatch, signal)
    try {
      expect(await post(200)).toEqual({ status: 'ok' })
      expect(await post(413)).toEqual({ status: 'split' })
      expect(await post(429)).toMatchObject({ status: 'retry', afterMs: 7000 })
      expect(await post(503)).toMatchObject({ status: 'retry', afterMs: 7000 })
      expect(await post(0)).toMatchObject({ status: 'retry', error: { name: 'NetworkError' } })
      expect(await post(1, late.signal)).toMatchObject({
        status: 'retry',
        error: { name: 'TimeoutError' },
      })
      expect(requests).toBe(6)
    } finally {
      server.closeAllConnections()
      server.close()
    }
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
    // What each kilobyte is for: CONTRIBUTING.md, "What the page bundle is made of".
    ['index.js', 11_300],
    // Every metric, the ratings and the account of the call are 9 kB of it, the store and its bounds 9, what sends and
    // waits 7 (the socket 1.4 of them), the pseudonyms of `redact` 2; what is left of comlink, ky and idb-keyval is 1.
    // 36 bytes say in each batch what waits.
    ['stats.worker.js', 33_250],
  ])('%s is at most %i bytes, brotli', (file, most) => {
    const code = readFileSync(dist(file))
    const brotli = brotliCompressSync(code).byteLength
    console.log(
      `${file}: ${code.byteLength} bytes, gzip ${gzipSync(code).byteLength}, brotli ${brotli}`,
    )
    expect(brotli).toBeLessThanOrEqual(most)
  })
})
