// Files of room records in a bucket of any S3-compatible store: one signed PUT each.
import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import type { Clock } from './clock.ts'
import { resultOfAnswer } from './s3-answer.ts'
import { bucketAddress, checkS3Options } from './s3-options.ts'
import type { S3Options } from './s3-options.ts'
import { BAD_NAME, isFileName, STOPPED } from './sink.ts'
import type { PutResult, Sink } from './sink.ts'

const TIMEOUT_MS = 30_000
/** On top of it for a large file: with a fixed limit it would never arrive over a slow line. */
const SLOWEST_BYTES_PER_MS = 64

/** Throws where an option cannot be meant; no sentence repeats a key, a secret or an address. */
export function createS3Sink(options: S3Options, clock: Clock): Sink {
  checkS3Options(options)
  const address = bucketAddress(options)
  const folder = options.prefix === undefined ? '' : `${options.prefix}/`
  return {
    name: 's3',
    async put(name, body, signal) {
      if (!isFileName(name)) return BAD_NAME
      const limitMs = TIMEOUT_MS + body.byteLength / SLOWEST_BYTES_PER_MS
      const limit = new AbortController()
      const stop = (): void => limit.abort()
      const cancel = clock.after(limitMs, stop)
      signal.addEventListener('abort', stop)
      try {
        if (signal.aborted) return STOPPED
        const response = await send(
          options,
          `${address}${encodePath(folder + name)}`,
          body,
          limit.signal,
        )
        return await resultOfAnswer(response, clock.now())
      } catch (error) {
        if (signal.aborted) return STOPPED
        return limit.signal.aborted ? tooSlow(limitMs) : unreachable(error)
      } finally {
        cancel()
        signal.removeEventListener('abort', stop)
      }
    },
  }
}

function send(
  { accessKeyId, secretAccessKey, sessionToken, region }: S3Options,
  url: string,
  body: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<Response> {
  // A new one each time: a client keeps a derived key for each day it has lived. We do the retries.
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    region,
    service: 's3',
    retries: 0,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  })
  const headers = {
    'Content-Type': 'application/json',
    // Signed with the rest: a body that was changed on its way is not taken.
    'X-Amz-Content-Sha256': createHash('sha256').update(body).digest('hex'),
  }
  // A redirect means another region or endpoint, for which this signature is none.
  return client.fetch(url, { method: 'PUT', headers, body, redirect: 'manual', signal })
}

/** All but what RFC 3986 calls unreserved: the path is signed as the store reads it. */
function encodePath(name: string): string {
  const escaped = encodeURIComponent(name).replaceAll('%2F', '/')
  return escaped.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function tooSlow(limitMs: number): PutResult {
  const seconds = Math.round(limitMs / 1000)
  return { status: 'retry', reason: `The store has not answered in ${seconds} s.` }
}

/** Of the error its code alone is told: its text may have the address, or a header. */
function unreachable(error: unknown): PutResult {
  const { cause } = error as { cause?: { code?: unknown } }
  const code = /^[A-Z][A-Z0-9_]{1,60}$/.exec(String(cause?.code))?.[0]
  return { status: 'retry', reason: `The store cannot be reached${code ? ` (${code})` : ''}.` }
}
