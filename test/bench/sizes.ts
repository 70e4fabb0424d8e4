// What a bundle is made of, module by module: what it would save to leave one out, brotli.
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliCompressSync } from 'node:zlib'

/** One module of a bundle. */
export interface SizeRow {
  readonly module: string
  /** Minified. */
  readonly bytes: number
  /** How much smaller the bundle is without it. */
  readonly brotliBytes: number
}

const ROOT = resolve(import.meta.dirname, '../..')

/** The modules of a file in `dist`, the largest first; the last row is the file. */
export function sizesOf(file: string): SizeRow[] {
  const path = resolve(ROOT, 'dist', file)
  const code = readFileSync(path, 'utf8')
  const map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')))
  const sources = modulesOf(code, map)
  const whole = brotliBytesOf(code)
  const rows = [...new Set(sources)].map((module) => {
    const rest = [...code].filter((_, index) => sources[index] !== module).join('')
    const bytes = code.length - rest.length
    return { module, bytes, brotliBytes: whole - brotliBytesOf(rest) }
  })
  rows.sort((one, other) => other.brotliBytes - one.brotliBytes)
  return [...rows, { module: file, bytes: code.length, brotliBytes: whole }]
}

/** Of each character the module that it comes from. */
function modulesOf(code: string, map: SourceMap): string[] {
  return code.split('\n').flatMap((line, index) => {
    return [...line, '\n'].map((_, column) => {
      const entry = map.findEntry(index, column)
      if (!('originalSource' in entry) || !entry.originalSource) return 'the bundler'
      return relative(ROOT, resolve(ROOT, 'dist', entry.originalSource)).replace(
        'node_modules/',
        '',
      )
    })
  })
}

function brotliBytesOf(code: string): number {
  return brotliCompressSync(code).byteLength
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const file of ['index.js', 'stats.worker.js']) console.table(sizesOf(file))
}
