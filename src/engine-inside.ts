// The engine of the one file for a `<script>` tag, where the build takes this for `engine-file.ts`.
import type { EngineFile } from './engine-file.ts'

/** The text of the engine, deflated, in base64: the build writes it here. */
declare const ENGINE_INSIDE: string

/** Where this file is from, which a page knows only while it runs; empty where that is no file, as when it is inlined. */
const address = ((): string => {
  const script = globalThis.document?.currentScript
  // An element of that name may stand before the script (DOM clobbering).
  const src = script?.tagName === 'SCRIPT' ? (script as HTMLScriptElement).src : ''
  const [path = ''] = src.split(/[?#]/)
  // On a CDN `/webrtc-stats-exporter` is a package, and `/stats.worker.js` would be another one.
  return path.endsWith('.js') ? path : ''
})()

/** A page that forbids workers forbids eval, too: it takes code from a file alone, and that is beside the script. */
export async function loadEngine(): Promise<EngineFile> {
  if (!address) {
    throw new Error('stats.worker.js: expected beside the script, whose address names no file')
  }
  return import(/* @vite-ignore */ new URL('stats.worker.js', address).href)
}

/** Inflated each time: it is needed once, or again when a worker has died. */
export async function engineText(): Promise<string> {
  // Before Firefox 113 and Safari 16.4.
  if (!('DecompressionStream' in globalThis)) return String((await loadEngine()).engine)
  const bytes = Uint8Array.from(atob(ENGINE_INSIDE), (character) => character.charCodeAt(0))
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))
  return new Response(inflated).text()
}
