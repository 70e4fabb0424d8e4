// HTTP through ky, one attempt a call: the queue owns the retries, for they must outlive the page.
import ky from 'ky'
import { gzip } from './encode.ts'
import { readRetryAfterMs } from './retry-after.ts'
import type { EncodedBatch, Rejection, SendResult, Transport } from './transport.ts'

export interface FetchParts {
  /** Absolute. */
  readonly url: string
  readonly compression: 'none' | 'gzip'
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  readonly readRejections: (body: string) => readonly Rejection[]
  readonly now: () => number
}

/** An answer has nothing to say beyond this. */
const MAX_ANSWER_BYTES = 262_144

/** 410: the server wants no more. */
const GONE_MS = 15 * 60_000

export function createFetchTransport(parts: FetchParts): Transport {
  const { url, headers, readRejections, now } = parts
  let compresses = parts.compression === 'gzip'

  async function post(batch: EncodedBatch, signal: AbortSignal): Promise<SendResult> {
    const own = await headers()
    const { bytes, encoding } = compresses
      ? await gzip(batch.json)
      : { bytes: batch.json, encoding: null }
    const response = await ky.post(url, {
      body: bytes,
      headers: {
        'content-type': 'application/json',
        ...(encoding && { 'content-encoding': encoding }),
        ...own,
      },
      signal,
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
    })
    const body = await readText(response, MAX_ANSWER_BYTES)
    if (response.status === 415 && encoding) {
      compresses = false
      return { status: 'retry', afterMs: 0, error: refusal(response) }
    }
    return response.ok ? accepted(response, body) : refused(response)
  }

  function accepted(response: Response, body: string): SendResult {
    if (response.redirected && !isSamePlace(response.url, url)) {
      return { status: 'retry', error: new Error(`${url} redirects to ${response.url}`) }
    }
    if (/^\s*<(!doctype|html)/i.test(body)) {
      return { status: 'retry', error: new Error('a web page came instead of an answer') }
    }
    const rejected = readRejections(body)
    return rejected.length > 0 ? { status: 'ok', rejected } : { status: 'ok' }
  }

  function refused(response: Response): SendResult {
    const { status } = response
    const error = refusal(response)
    if (status === 401 || status === 403 || status === 404) {
      return { status: 'unauthorized', error }
    }
    if (status === 410) return { status: 'retry', afterMs: GONE_MS, error }
    if (status === 413) return { status: 'split' }
    if (status === 408 || status === 425 || status === 429 || status >= 500) {
      const afterMs = readRetryAfterMs(response.headers.get('retry-after'), now())
      return afterMs === undefined
        ? { status: 'retry', error }
        : { status: 'retry', afterMs, error }
    }
    return { status: 'drop', error }
  }

  return {
    name: 'fetch',
    send: (batch, signal) =>
      post(batch, signal).catch((cause: unknown) => ({ status: 'retry', error: toError(cause) })),
    close() {},
  }

  function refusal({ status }: Response): Error {
    const hint = status === 404 ? ': is `url` right?' : ''
    return new Error(`${url} answered ${status}${hint}`)
  }
}

function toError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause))
}

/** The body up to a limit: it is read before the batch is let go, and never more than an answer can be. */
async function readText(response: Response, mostBytes: number): Promise<string> {
  const reader = response.body?.getReader()
  if (!reader) return ''
  const decoder = new TextDecoder()
  let text = ''
  for (let read = 0; read < mostBytes;) {
    const { done, value } = await reader.read()
    if (done) return text
    read += value.byteLength
    text += decoder.decode(value, { stream: true })
  }
  await reader.cancel()
  return text
}

/** A change of scheme or a slash at the end is still the same endpoint. */
function isSamePlace(one: string, other: string): boolean {
  const place = (url: string): string => url.replace(/^https?:|[?#].*$/g, '').replace(/\/$/, '')
  return place(one) === place(other)
}
