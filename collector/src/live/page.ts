// The files of the live page, as they were built: held in memory, for they are few, and no path of a stranger reaches a disk.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'

export interface PageFiles {
  /** The page itself, to be shown under the address that was asked for. `status` is 200 where it means something. */
  page(context: Context, status?: 200 | 404): Response
  /** Null where there is no such file. */
  file(context: Context, name: string): Response | null
}

/** Beside the program where it is built; else it runs from its source, in a clone. */
const PLACES = ['./page/', '../../dist/page/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Whatever a name of a room holds, nothing of it runs; and nobody frames the page. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

type Bytes = Uint8Array<ArrayBuffer>

const NOT_BUILT = 'The live page is not built here: run `npm run build`.'

export function openPage(places: readonly string[] = PLACES): PageFiles {
  const place = places.find((path) => existsSync(`${path}index.html`))
  const html = place ? readFileSync(`${place}index.html`, 'utf8') : null
  const files = new Map<string, { readonly plain: Bytes; readonly gzip: Bytes }>()
  for (const name of place ? readdirSync(`${place}assets`) : []) {
    if (!TYPES[extname(name)]) continue
    const plain = new Uint8Array(readFileSync(`${place}assets/${name}`))
    files.set(name, { plain, gzip: new Uint8Array(gzipSync(plain)) })
  }
  return {
    page(context, status = 200) {
      if (html === null) return context.text(NOT_BUILT, 503)
      // It may be mounted anywhere, and is told how deep it stands: what it loads is named from there.
      const depth = new URL(context.req.url).pathname.split('/').length - 2
      const base = depth === 0 ? './' : '../'.repeat(depth)
      const text = html.replace('<head>', `<head>\n    <base href="${base}" />`)
      return context.body(text, status, {
        ...HEADERS,
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'no-cache',
        Vary: 'Accept',
      })
    },
    file(context, name) {
      const found = files.get(name)
      if (!found) return null
      const isPacked = acceptsGzip(context)
      return context.body(isPacked ? found.gzip : found.plain, 200, {
        ...HEADERS,
        'Content-Type': TYPES[extname(name)] ?? '',
        ...(isPacked && { 'Content-Encoding': 'gzip' }),
        Vary: 'Accept-Encoding',
        // Its name has a hash of it.
        'Cache-Control': 'public, max-age=31536000, immutable',
      })
    },
  }
}

function acceptsGzip(context: Context): boolean {
  const header = 'Accept-Encoding'
  return (
    accepts(context, { header, supports: ['gzip', 'identity'], default: 'identity' }) === 'gzip'
  )
}

/** A browser that goes to an address asks for a page, a program for data. */
export function wantsPage(context: Context): boolean {
  const supports = ['application/json', 'text/html']
  return (
    accepts(context, { header: 'Accept', supports, default: 'application/json' }) === 'text/html'
  )
}
