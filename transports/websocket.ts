// A WebSocket: several batches on their way at once, each with an ack of its own, and after a break on from there.
import { SCHEMA_VERSION } from '../src/wire.ts'
import { readAnswer } from './answer.ts'
import { gzip } from './encode.ts'
import { openLine } from './line.ts'
import type { AnyFrame, Line, LineParts } from './line.ts'
import { refused, toError } from './refusal.ts'
import { clampRetryMs } from './retry-after.ts'
import { readBearer, readSocketAddress } from './socket-address.ts'
import type { EncodedBatch, SendResult, Transport } from './transport.ts'

export interface WebSocketParts extends Pick<LineParts, 'clock' | 'open'> {
  /** Absolute; `http` means `ws`. A `key` in the query is said in the hello, and is no part of the address. */
  readonly url: string
  readonly compression: 'none' | 'gzip'
  readonly producer: string
  /** Asked at each dial, where the address has no key. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>
}

/** One call of `send`. */
interface Sending {
  readonly batch: EncodedBatch
  /** As it may be sent; the plain one is in the batch. */
  readonly body: Uint8Array<ArrayBuffer>
  /** What is on the wire now; null while it waits for its turn. */
  sent: Uint8Array | null
  cancelWait: () => void
  readonly settle: (result: SendResult) => void
}

const WINDOW = 4
/** More in the socket's own buffer would only grow old there. */
const MAX_BUFFERED_BYTES = 262_144
const LOOK_MS = 50
const ACK_LIMIT_MS = 10_000
/** So many ids are remembered: a hello is a small frame, and who is asked for more forgets the oldest. */
const MAX_REMEMBERED = 64

export function createWebSocketTransport(parts: WebSocketParts): Transport {
  const { clock, producer } = parts
  const { href, place, key } = readSocketAddress(parts.url)
  /** In the order in which they came. */
  const sendings = new Set<Sending>()
  /** What was sent, now or on an earlier socket, and not answered. */
  const unanswered = new Map<string, true>()
  /** What was acked when nobody waited for it. */
  const acked = new Map<string, SendResult>()
  let compresses = parts.compression === 'gzip'
  let line: Line | null = null
  let isAsking = false
  let isClosed = false
  /** 0 until the welcome. */
  let window = 0
  let maxBytes = Infinity
  let isLooking = false

  async function send(batch: EncodedBatch, signal: AbortSignal): Promise<SendResult> {
    const { batchId, json } = batch
    const body = compresses ? (await gzip(json)).bytes : json
    const known = acked.get(batchId)
    acked.delete(batchId)
    if (known) return known
    if (isClosed) return later('the socket is closed for good')
    if (signal.aborted) return { status: 'retry', error: toError(signal.reason) }
    return new Promise((resolve) => {
      const sending: Sending = { batch, body, sent: null, cancelWait() {}, settle }
      const giveUp = (): void => {
        settle({ status: 'retry', error: toError(signal.reason) })
        if (sending.sent) lose(later(`the socket to ${place} was closed over another batch`))
        else pump()
      }
      function settle(result: SendResult): void {
        sendings.delete(sending)
        sending.cancelWait()
        signal.removeEventListener('abort', giveUp)
        resolve(result)
      }
      signal.addEventListener('abort', giveUp)
      sendings.add(sending)
      if (!line && !isAsking) void dial() // it settles what it cannot send
      pump()
    })
  }

  async function dial(): Promise<void> {
    isAsking = true
    try {
      const token = key || readBearer(await parts.headers())
      if (!isClosed)
        line = openLine({ ...parts, href, place, hello: () => hello(token), onFrame, onEnd })
    } catch (cause) {
      lose({ status: 'unauthorized', error: toError(cause) })
    } finally {
      isAsking = false
    }
  }

  function hello(token: string) {
    const ids = [...unanswered.keys(), ...[...sendings].map(({ batch }) => batch.batchId)]
    const pending = [...new Set(ids)].slice(-MAX_REMEMBERED)
    const own = { schemaVersion: SCHEMA_VERSION, producer, pending } as const
    return { type: 'hello', ...(token && { key: token }), ...own } as const
  }

  /** Sends what there is room for. */
  function pump(): void {
    for (const sending of sendings) {
      if (!line || onWire().length >= window) return
      if (sending.sent) continue
      const bytes = compresses ? sending.body : sending.batch.json
      if (bytes.byteLength > maxBytes) {
        sending.settle({ status: 'split' })
      } else if (line.bufferedAmount > MAX_BUFFERED_BYTES) {
        if (!isLooking) clock.after(LOOK_MS, look)
        isLooking = true
        return
      } else put(line, sending, bytes)
    }
  }

  function look(): void {
    isLooking = false
    pump()
  }

  function put(on: Line, sending: Sending, bytes: Uint8Array<ArrayBuffer>): void {
    sending.sent = bytes
    sending.cancelWait = clock.after(ACK_LIMIT_MS, () =>
      lose(later(`${place} did not ack a batch within ${ACK_LIMIT_MS} ms`)),
    )
    remember(unanswered, sending.batch.batchId, true)
    on.send(bytes)
  }

  function onFrame(frame: AnyFrame, text: string): void {
    switch (frame.type) {
      case 'welcome':
        welcome(frame)
        break
      case 'ack': {
        const { rejected } = readAnswer(text)
        const id = frame['batchId']
        if (isId(id) && unanswered.has(id)) {
          answered(id, rejected.length > 0 ? { status: 'ok', rejected } : { status: 'ok' })
        }
        break
      }
      case 'nack':
        nack(frame)
    }
    pump()
  }

  /** Of what is kept only what was asked for counts. */
  function welcome({ have, window: most, maxBytes: limit }: AnyFrame): void {
    window = typeof most === 'number' ? Math.max(Math.min(most, WINDOW), 1) : 1
    maxBytes = typeof limit === 'number' && limit > 0 ? limit : Infinity
    for (const id of Array.isArray(have) ? have : []) {
      if (unanswered.has(id) || called(id).length > 0) answered(id, { status: 'ok' })
    }
  }

  function answered(id: string, result: SendResult): void {
    unanswered.delete(id)
    const those = called(id)
    for (const { settle } of those) settle(result)
    if (those.length === 0) remember(acked, id, result)
  }

  function nack({ batchId: id, reason, code, retryAfterMs }: AnyFrame): void {
    const those = onWire().filter(({ batch }) => id === null || batch.batchId === id)
    const zipped = those.filter(({ sent, batch }) => sent !== batch.json)
    if (code === 415 && zipped.length > 0) {
      compresses = false
      for (const sending of zipped) {
        sending.cancelWait()
        sending.sent = null
      }
      return
    }
    const status = Number.isInteger(code) ? Number(code) : 0
    const afterMs = clampRetryMs(typeof retryAfterMs === 'number' ? retryAfterMs : undefined)
    const result = refused(place, status, String(reason ?? ''), afterMs)
    if (id === null) return lose(forAll(result))
    for (const { batch, settle } of those) {
      unanswered.delete(batch.batchId)
      settle(result)
    }
    // The key was said in the hello: another one needs another hello.
    if (result.status === 'unauthorized' && those.length > 0) lose(result)
  }

  /** A refused hello says nothing of what is in a batch: none of them is cut or given up for it. */
  function forAll(result: SendResult): SendResult {
    if (result.status === 'drop') return { status: 'unauthorized', error: result.error }
    return result.status === 'split' ? later(`${place} finds a hello too large`) : result
  }

  const onEnd = (error: Error): void => lose({ status: 'retry', error })

  /** The next send dials anew. */
  function lose(result: SendResult): void {
    line?.close()
    line = null
    window = 0
    for (const { settle } of sendings) settle(result)
  }

  const onWire = (): Sending[] => [...sendings].filter(({ sent }) => sent)
  const called = (id: unknown): Sending[] =>
    [...sendings].filter(({ batch }) => batch.batchId === id)

  return {
    name: 'websocket',
    window: WINDOW,
    send: (batch, signal) =>
      send(batch, signal).catch((cause: unknown) => ({ status: 'retry', error: toError(cause) })),
    close() {
      isClosed = true
      lose(later('the socket is closed for good'))
    },
  }
}

function later(message: string): SendResult {
  return { status: 'retry', error: new Error(message) }
}

const isId = (id: unknown): id is string => typeof id === 'string'

/** As the newest; the oldest one goes. */
function remember<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.delete(id)
  map.set(id, value)
  const [oldest] = map.keys()
  if (map.size > MAX_REMEMBERED && oldest !== undefined) map.delete(oldest)
}
