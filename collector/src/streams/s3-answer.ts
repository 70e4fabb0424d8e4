// What the answer of an S3-compatible store means for the file, and for those after it.
import { readRetryAfterMs } from './retry-after.ts'
import type { PutResult } from './sink.ts'

/** Of an answer, its error is at the head; no more of it is read. */
const MAX_ANSWER_LENGTH = 16 * 1024

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList : those that a name or a size earns. */
const CODES_OF_FILE: ReadonlySet<string> = new Set([
  'EntityTooLarge',
  'InvalidURI',
  'KeyTooLongError',
  'MaxMessageLengthExceeded',
])
/** The codes that say so where a proxy answers, without one of the store's. */
const STATUSES_OF_FILE: ReadonlySet<number> = new Set([413, 414])

/** Ends the answer, so that its connection is free again. */
export async function resultOfAnswer(response: Response, nowMs: number): Promise<PutResult> {
  if (response.ok) {
    await response.body?.cancel()
    return { status: 'ok' }
  }
  const code = await readErrorCode(response)
  const answer = `(${response.status}${code ? ` ${code}` : ''})`
  if (CODES_OF_FILE.has(code) || STATUSES_OF_FILE.has(response.status)) {
    return { status: 'refused', reason: `The store does not take this file ${answer}.` }
  }
  const afterMs = readRetryAfterMs(response.headers.get('retry-after'), nowMs)
  const reason = `${sentence(response.status, code)} ${answer}.`
  return { status: 'retry', reason, ...(afterMs === undefined ? {} : { afterMs }) }
}

function sentence(status: number, code: string): string {
  if (code === 'RequestTimeTooSkewed') return 'The store finds the clock of this machine wrong'
  if (status >= 300 && status < 400) return 'The store sends to another region or endpoint'
  if (status === 401 || status === 403) return 'The store refused the key or its secret'
  if (status === 404) return 'The store has no such bucket'
  if (status === 429 || status === 503) return 'The store asks to slow down'
  return 'The store failed on a file'
}

/** The error's code alone: its text may repeat the key and what was signed. */
async function readErrorCode({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  // Breaking off cancels the rest.
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_ANSWER_LENGTH) break
  }
  return /<Code>([A-Za-z0-9]{1,60})<\/Code>/.exec(text.slice(0, MAX_ANSWER_LENGTH))?.[1] ?? ''
}
