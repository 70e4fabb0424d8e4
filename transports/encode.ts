// The content encodings of a body: JSON as it is, or gzipped.

/** A body with the header that names its encoding. */
export interface EncodedBody {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** `Content-Encoding`; null for none. */
  readonly encoding: 'gzip' | null
}

/** Gzips where the browser can; else the bytes stay as they are. */
export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<EncodedBody> {
  if (typeof CompressionStream === 'undefined') return { bytes, encoding: null }
  return { bytes: await pipe(bytes, new CompressionStream('gzip')), encoding: 'gzip' }
}

/** @throws TypeError when the bytes are no gzip */
export function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return pipe(bytes, new DecompressionStream('gzip'))
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
