// HTTP through ky, one attempt a call: the queue owns the retries, for they must outlive the page.
import ky from 'ky'
import { readAnswer } from './answer.ts'
import { gzip } from './encode.ts'
import { refused, toError } from './refusal.ts'
import { clampRetryMs, readRetryAfterMs } from './retry-after.ts'
import type { EncodedBatch, SendResult, Transport } from './transport.ts'

export interface FetchParts {
  /** Absolute. */
  readonly url: string
  readonly compression: 'none' | 'gzip'
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  readonly now: () => number
}

/** An answer has nothing to say beyond this. */
const MAX_ANSWER_BYTES = 262_144

export function createFetchTransport(parts: FetchParts): Transport {
  const { headers, now } = parts
  let { url } = parts
  let compresses = parts.compression === 'gzip'

  async function post(batch: EncodedBatch, signal: AbortSignal): Promise<SendResult> {
    const { bytes, encoding } = compresses
      ? await gzip(batch.json)
      : { bytes: batch.json, encoding: null }
    let sent: Headers
    try {
      sent = headersOf(await headers(), encoding)
    } catch (cause) {
      return { status: 'unauthorized', error: toError(cause) }
    }
    const response = await ky.post(url, {
      body: bytes,
      headers: sent,
      signal,
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
    })
    const body = await readText(response, MAX_ANSWER_BYTES)
    if (response.redirected) return redirected(response.url)
    if (response.status === 415 && encoding) {
      compresses = false
      return post(batch, signal)
    }
    return response.ok ? accepted(body) : refusedBy(response, body)
  }

  /** A browser may have made a GET of it, which nobody can see: the body is for the new place, if that is ours at all. */
  function redirected(to: string): SendResult {
    const error = new Error(`${url} redirects to ${to}`)
    if (isSamePlace(to, url)) url = to
    return { status: 'retry', error }
  }

  function accepted(body: string): SendResult {
    if (/^\s*<(!doctype|html)/i.test(body)) {
      return { status: 'retry', error: new Error('a web page came instead of an answer') }
    }
    const { rejected } = readAnswer(body)
    return rejected.length > 0 ? { status: 'ok', rejected } : { status: 'ok' }
  }

  function refusedBy({ status, headers: said }: Response, body: string): SendResult {
    const afterMs =
      readRetryAfterMs(said.get('retry-after'), now()) ??
      clampRetryMs(readAnswer(body).retryAfterMs)
    return refused(url, status, body, afterMs)
  }

  return {
    name: 'fetch',
    send: (batch, signal) =>
      post(batch, signal).catch((cause: unknown) => ({ status: 'retry', error: toError(cause) })),
    close() {},
  }
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

/** The app's own win, but for what describes the body. @throws TypeError for what can be no header */
function headersOf(own: Readonly<Record<string, string>>, encoding: 'gzip' | null): Headers {
  const headers = new Headers({ 'content-type': 'application/json' })
  for (const [name, value] of Object.entries(own)) headers.set(name, value)
  if (encoding) headers.set('content-encoding', encoding)
  return headers
}

/** A slash at the end, or `https` for `http`: the same endpoint. */
function isSamePlace(to: string, from: string): boolean {
  const [one, other] = [new URL(to), new URL(from)]
  const isAsSafe = one.protocol === other.protocol || one.protocol === 'https:'
  const path = ({ pathname }: URL): string => pathname.replace(/\/$/, '')
  return isAsSafe && one.host === other.host && path(one) === path(other)
}
