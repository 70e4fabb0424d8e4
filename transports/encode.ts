// The content encodings of a body: JSON as it is, or gzipped.

/** A body with the header that names its encoding. */
export interface EncodedBody {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** `Content-Encoding`; null for none. */
  readonly encoding: 'gzip' | null
}

/** What each body was that was read out of gzip: a batch lies gzipped in the store, and may be sent like that. */
const zipped = new WeakMap<Uint8Array, Uint8Array<ArrayBuffer>>()

/** Gzips where the browser can; else the bytes stay as they are. */
export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<EncodedBody> {
  if (typeof CompressionStream === 'undefined') return { bytes, encoding: null }
  const known = zipped.get(bytes) ?? (await pipe(bytes, new CompressionStream('gzip')))
  return { bytes: known, encoding: 'gzip' }
}

/** @throws when the bytes are no gzip: TypeError in browsers */
export async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const body = await pipe(bytes, new DecompressionStream('gzip'))
  zipped.set(body, bytes)
  return body
}

async function pipe(
  bytes: Uint8Array<ArrayBuffer>,
  { readable, writable }: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  // Not through a Blob, whose bytes take their way over another process: that costs Chromium more than the compression.
  const writer = writable.getWriter()
  writer.write(bytes).catch(() => {}) // the reading end says it
  writer.close().catch(() => {})
  return new Uint8Array(await new Response(readable).arrayBuffer())
}
