// Takes a body, of a request or a frame: bounded while it is read, bounded while it is inflated, then parsed.
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzip, gunzipSync } from 'node:zlib'
import { NO_ROOM } from './hold.ts'
import type { Hold } from './hold.ts'
import { createTurns } from './turns.ts'

const inflate = promisify(gunzip)

/** As many as Node has threads for: what is half inflated is held by nobody's limit. */
const inflateInTurn = createTurns(4)
/** There is one thread for all that is parsed, and a large body keeps it for a tenth of a second. */
const parseInTurn = createTurns(1)
/** A batch of ours, inflated: to read it takes less than to wait for a turn. */
const SMALL_BYTES = 128 * 1024
/** What may be so much. More is inflated aside. */
const SMALL_GZIP_BYTES = 32 * 1024

/**
 * Four million bytes of lists, or lists in lists, keep the parser busy for half a second, and others waiting. Of ours a
 * value is ten bytes and more.
 */
const MAX_VALUES = 500_000
const [COMMA, LIST, OBJECT] = Buffer.from(',[{') as unknown as [number, number, number]

/** RFC 1952, section 2.3.1. A beacon cannot say that it is gzip, and no JSON begins like this. */
const GZIP_MAGIC = [0x1f, 0x8b] as const

/** Why a body is not looked at: one plain sentence, which repeats nothing of it. */
export interface Refusal {
  readonly status: 'refused'
  readonly code: 400 | 413 | 415 | 503
  readonly reason: string
}

export interface BodyLimits {
  /** Of a body, as it comes and inflated. */
  readonly maxBytes: number
  /** Of all bodies. It is the caller's to release. */
  readonly hold: Hold
  /** Whose body it is: large ones are read by turns. */
  readonly source: string | null
}

export interface ReadBody {
  readonly status: 'ok'
  readonly value: unknown
  /** As it came, compressed or not. */
  readonly bytes: number
  readonly isGzip: boolean
}

export type BodyResult = ReadBody | Refusal

/** The JSON a request carries, or why it is refused. */
export async function readBody(request: Request, limits: BodyLimits): Promise<BodyResult> {
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() || 'identity'
  if (encoding !== 'gzip' && encoding !== 'identity') {
    return refuse(415, 'Content-Encoding: expected gzip or none.')
  }
  const { maxBytes } = limits
  const tooLarge = refuseTooLarge(maxBytes)
  if (Number(request.headers.get('content-length')) > maxBytes) return tooLarge

  const sent = await readBytes(request, limits)
  if (sent === 'broken') return refuse(400, 'The body broke off.')
  if (sent === 'too-large') return tooLarge
  if (sent === 'no-room') return refuse(503, NO_ROOM)

  return parseBody(sent, encoding === 'gzip' || isGzipped(sent), limits)
}

/** Whether these bytes look like gzip, whatever was said about them. */
export function isGzipped(bytes: Uint8Array): boolean {
  return GZIP_MAGIC.every((byte, at) => bytes[at] === byte)
}

/** The JSON in a body that was read, or why it is refused. */
export async function parseBody(
  sent: Buffer,
  isGzip: boolean,
  { maxBytes, hold, source }: BodyLimits,
): Promise<BodyResult> {
  if (sent.length > maxBytes) return refuseTooLarge(maxBytes)
  const plain = isGzip
    ? (inflateSmall(sent, maxBytes) ??
      (await inflateInTurn(source, () => inflateBytes(sent, maxBytes))))
    : sent
  if (plain === 'broken') return refuse(400, 'The body is not gzip, or is cut off.')
  if (plain === 'too-large') return refuse(413, `The body inflates to over ${maxBytes} bytes.`)
  if (isGzip && !hold.grow(plain.length)) return refuse(503, NO_ROOM)

  const read = (): BodyResult => readJson(plain, { bytes: sent.length, isGzip })
  if (plain.length <= SMALL_BYTES) return read()
  return parseInTurn(source, () => setImmediate().then(read))
}

function readJson(plain: Buffer, sent: Pick<ReadBody, 'bytes' | 'isGzip'>): BodyResult {
  if (holdsTooMany(plain)) return refuse(413, `The body holds over ${MAX_VALUES} values.`)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(plain)
    return { status: 'ok', value: JSON.parse(text), ...sent }
  } catch (error) {
    if (error instanceof SyntaxError) return refuse(400, 'The body is not JSON.')
    if (error instanceof TypeError) return refuse(400, 'The body is not UTF-8.')
    throw error
  }
}

/** Counted in texts as well, where it is a guess: a body is cut in two for nothing then. */
function holdsTooMany(plain: Buffer): boolean {
  if (plain.length <= MAX_VALUES) return false
  let values = 0
  // Five times as fast as an iterator.
  for (let at = 0; at < plain.length; at += 1) {
    const byte = plain[at]
    if (byte === COMMA || byte === LIST || byte === OBJECT) values += 1
  }
  return values > MAX_VALUES
}

function refuse(code: Refusal['code'], reason: string): Refusal {
  return { status: 'refused', code, reason }
}

function refuseTooLarge(maxBytes: number): Refusal {
  return refuse(413, `The body is larger than ${maxBytes} bytes.`)
}

async function readBytes(
  request: Request,
  { maxBytes, hold }: BodyLimits,
): Promise<Buffer | 'too-large' | 'no-room' | 'broken'> {
  const announced = Number(request.headers.get('content-length') ?? NaN)
  if (announced <= SMALL_BYTES) {
    if (!hold.grow(announced)) return 'no-room'
    // The server reads no more than was announced; to go through a stream takes longer than to read what is small.
    return request.arrayBuffer().then(Buffer.from, () => 'broken' as const)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = request.body?.getReader()
  try {
    for (;;) {
      const part = await reader?.read()
      if (!part || part.done) return Buffer.concat(chunks)
      length += part.value.length
      if (length > maxBytes) {
        await reader?.cancel()
        return 'too-large'
      }
      if (!hold.grow(part.value.length)) {
        await reader?.cancel()
        return 'no-room'
      }
      chunks.push(part.value)
    }
  } catch {
    // Whatever the stream says, the client is gone: a reset, a time-out, fewer bytes than announced.
    return 'broken'
  }
}

/** Undefined where it is not small. */
function inflateSmall(bytes: Buffer, maxBytes: number): Buffer | undefined {
  if (bytes.length > SMALL_GZIP_BYTES) return undefined
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.min(maxBytes, SMALL_BYTES) })
  } catch {
    // Large, or broken: which one is told by who inflates all of it.
    return undefined
  }
}

async function inflateBytes(
  bytes: Buffer,
  maxBytes: number,
): Promise<Buffer | 'too-large' | 'broken'> {
  try {
    return await inflate(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    return isTooLarge ? 'too-large' : 'broken'
  }
}
