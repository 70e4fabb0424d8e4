// The conversation with one client of the socket, from its hello to its end.
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Ack, Hello, Nack, ServerFrame } from '../../../src/frames.ts'
import { batchIdAtHead, batchIdOf } from './batch-id.ts'
import { isGzipped, parseBody } from './body.ts'
import { readFrame } from './frame.ts'
import { WRONG_KEY } from './gate.ts'
import { NO_ROOM } from './hold.ts'
import type { Hold } from './hold.ts'
import { failedEvent } from '../log.ts'
import type { Settings } from '../options.ts'
import { createBucket, TOO_FAST } from './rate.ts'
import type { Bucket } from './rate.ts'
import type { Store } from '../store/store.ts'
import type { Receive } from './receive.ts'
import type { Source } from './source.ts'
import type { SocketLimits } from './socket-limits.ts'
import { countUnread } from './unread.ts'
import type { Unread } from './unread.ts'

export interface Parts {
  readonly settings: Settings
  readonly store: Pick<Store, 'wholeAmong'>
  readonly receive: Receive
  readonly limits: SocketLimits
  /** The key in the address of the upgrade. */
  readonly key: string | null
  /** Whom the limits of all its connections are counted for. */
  readonly source: Source
  /** Under the WebSocket: it says what has come of a frame that is not complete. */
  readonly socket: Duplex
}

/** A refusal, before it is said of which batch. */
interface Reason {
  readonly code: number
  readonly reason: string
  readonly retryAfterMs?: number
  /** Whether it is worth a line. @default true */
  readonly isNews?: boolean
}

/** Of `pending`, those that are looked at: many times what a window leaves unanswered. */
const MAX_PENDING = 64
/** For a client to answer our close: `ws` itself would listen to it for 30 s more. */
const GRACE_MS = 1000
/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const GOING_AWAY = 1001
const POLICY_VIOLATION = 1008
const INTERNAL_ERROR = 1011
/** https://www.iana.org/assignments/websocket/websocket.xml#close-code-number */
const TRY_AGAIN_LATER = 1013
/** For the bodies of others to be answered. */
const NO_ROOM_WAIT_MS = 5000
/** No hello is so long, and who has not said it may have no key. */
const MAX_BYTES_BEFORE_HELLO = 131_072
/** Clients ping every 25 s. */
const PINGS = { perSec: 1, burst: 60 }
/** Batches of a client that was told to wait; four of them may have been on their way. */
const MAX_TOO_FAST = 16

/** Lives as long as its socket, and never throws at whoever made it. */
export class Conversation {
  readonly #ws: WebSocket
  readonly #parts: Parts
  #silence: NodeJS.Timeout
  #isWelcome = false
  /** We hear no more; what is being answered may still be. */
  #isDeaf = false
  #isEnded = false
  #unanswered = 0
  #tooFast = 0
  readonly #pings: Bucket
  readonly #unread: Unread
  /** One batch at a time: of one client no more than one is ever inflated. */
  #turn: Promise<void> = Promise.resolve()

  constructor(ws: WebSocket, parts: Parts) {
    this.#ws = ws
    this.#parts = parts
    this.#pings = createBucket(PINGS, parts.settings.now)
    this.#silence = setTimeout(() => this.#cut('No hello came in time.'), parts.limits.helloMs)
    // `ws` has begun to close by then, with the code that names the mistake: 1002, 1007, 1009.
    ws.on('error', () => this.#end(POLICY_VIOLATION))
    ws.on('close', () => clearTimeout(this.#silence))
    ws.on('ping', () => this.#wake())
    ws.on('message', (data, isBinary) => {
      // The type allows for other values of `binaryType`, which is never set here.
      this.#hear(data as Buffer, isBinary)
    })
    const hold = parts.settings.openHold(parts.source.network)
    this.#unread = countUnread(parts.socket, hold, (bytes, hasRoom) =>
      this.#hearMuch(bytes, hasRoom),
    )
  }

  /** Answers what has come, then says goodbye. */
  leave(): void {
    this.#isDeaf = true
    const end = (): void => this.#end(GOING_AWAY)
    // What the store does not answer in time comes again.
    const grace = setTimeout(end, GRACE_MS)
    void this.#turn.then(end).then(() => clearTimeout(grace))
  }

  #hearMuch(bytes: number, hasRoom: boolean): void {
    if (this.#isEnded) return this.#ws.terminate()
    if (!this.#isWelcome && bytes > MAX_BYTES_BEFORE_HELLO) {
      return this.#cut('Too much came before hello.')
    }
    if (!hasRoom) this.#endForRoom()
  }

  #hear(bytes: Buffer, isBinary: boolean): void {
    this.#unread.clear()
    if (this.#isDeaf) return
    this.#wake()
    try {
      if (isBinary) this.#hearBatch(bytes)
      else this.#hearText(bytes)
    } catch (error) {
      // None is expected here; out of a listener it would end the process, and all other sockets with it.
      this.#parts.settings.tell(failedEvent(error))
      this.#end(INTERNAL_ERROR)
    }
  }

  #hearText(bytes: Buffer): void {
    const read = readFrame(bytes)
    if (read.status === 'refused') return this.#refuse(400, read.reason)
    const { frame } = read
    switch (frame.type) {
      case 'hello':
        return this.#greet(frame)
      case 'ping':
        if (!this.#isWelcome) return this.#refuse(400, 'Expected hello first.')
        if (this.#pings() > 0) return this.#cut('More pings than a client needs.')
        return this.#send({ type: 'pong' })
      default:
        return frame satisfies never
    }
  }

  #greet({ key, pending }: Hello): void {
    const { settings, store, limits } = this.#parts
    if (this.#isWelcome) return this.#refuse(400, 'Expected one hello.')
    if (!settings.gate.takesKey([key, this.#parts.key])) return this.#refuse(401, WRONG_KEY)
    this.#isWelcome = true
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#end(GOING_AWAY), limits.idleMs)
    void this.#inTurn(async () => {
      const asked = new Set(pending.slice(0, MAX_PENDING))
      const have = await store.wholeAmong([...asked])
      return { type: 'welcome', have, window: limits.window, maxBytes: settings.maxBodyBytes }
    })
  }

  #hearBatch(bytes: Buffer): void {
    if (!this.#isWelcome) return this.#refuse(400, 'Expected hello first.')
    if (this.#unanswered === this.#parts.limits.window) {
      return this.#cut('More batches at once than the window.')
    }
    this.#unanswered += 1
    const { settings, source } = this.#parts
    const verdict = settings.rates(source.network)
    if (verdict.status === 'refused') {
      this.#tooFast += 1
      if (this.#tooFast > MAX_TOO_FAST) return this.#cut('It sends on where it is to wait.')
      return this.#refuseBatch(bytes, { ...verdict, code: 429, reason: TOO_FAST })
    }
    this.#tooFast = 0
    const hold = settings.openHold(source.network)
    if (!hold.grow(bytes.length)) {
      const retryAfterMs = NO_ROOM_WAIT_MS
      return this.#refuseBatch(bytes, { code: 503, reason: NO_ROOM, retryAfterMs })
    }
    void this.#inTurn(async () => {
      const answer = await this.#take(bytes, hold)
      this.#unanswered -= 1
      return answer
    }).then(() => hold.release())
  }

  /** In its turn, but without its bytes. */
  #refuseBatch(bytes: Buffer, why: Reason): void {
    const batchId = batchIdAtHead(bytes)
    void this.#inTurn(() => {
      this.#unanswered -= 1
      return Promise.resolve(this.#nack(batchId, why))
    })
  }

  /** Resolves when it is answered, or nobody is left to answer. */
  #inTurn(work: () => Promise<ServerFrame>): Promise<void> {
    return (this.#turn = this.#answerAfter(this.#turn, work))
  }

  /** Never rejects: the next one waits for it. */
  async #answerAfter(before: Promise<void>, work: () => Promise<ServerFrame>): Promise<void> {
    await before
    if (this.#isEnded) return
    try {
      this.#send(await work())
    } catch (error) {
      // What is pending comes again over another socket, and finds us well or not.
      this.#parts.settings.tell(failedEvent(error))
      this.#end(INTERNAL_ERROR)
    }
  }

  async #take(bytes: Buffer, hold: Hold): Promise<Ack | Nack> {
    const { settings, receive, source } = this.#parts
    const limits = { maxBytes: settings.maxBodyBytes, hold, source: source.network }
    const body = await parseBody(bytes, isGzipped(bytes), limits)
    if (body.status === 'refused') {
      const retryAfterMs = body.code === 503 ? { retryAfterMs: NO_ROOM_WAIT_MS } : {}
      return this.#nack(batchIdAtHead(bytes), { ...body, ...retryAfterMs })
    }
    const batchId = batchIdOf(body.value)
    // A plain body is taken by POST alone: without an id there is no answer to it here.
    if (batchId === null) return this.#nack(null, { code: 400, reason: NO_ID })
    try {
      const receipt = await receive(body, source.location)
      if (receipt.status === 'refused') return this.#nack(batchId, receipt)
      const { rejected } = receipt
      return { type: 'ack', batchId, ...(rejected.length > 0 ? { rejected } : {}) }
    } catch (error) {
      // The store's, whatever it says: the batch comes again later.
      settings.tell(failedEvent(error))
      return { type: 'nack', batchId, code: 500, reason: 'The collector failed on this batch.' }
    }
  }

  #nack(batchId: string | null, { code, reason, retryAfterMs, isNews = true }: Reason): Nack {
    this.#parts.settings.tell({ event: 'refused', code, reason }, isNews)
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
    return { type: 'nack', batchId, code, reason, ...wait }
  }

  /** The client is not welcome, and is told why. */
  #refuse(code: number, reason: string): void {
    this.#send(this.#nack(null, { code, reason }))
    this.#end(POLICY_VIOLATION)
  }

  /** The client does not keep to the rules, and no answer of ours belongs to it. */
  #cut(why: string): void {
    this.#parts.settings.tell({ event: 'socket-closed', reason: why })
    this.#end(POLICY_VIOLATION)
  }

  #send(frame: ServerFrame): void {
    if (this.#isEnded || this.#ws.readyState !== this.#ws.OPEN) return
    if (this.#ws.bufferedAmount > this.#parts.limits.maxWaitingBytes) {
      return this.#cut('It does not read its answers.')
    }
    const { settings, source } = this.#parts
    const text = JSON.stringify(frame)
    const hold = settings.openHold(source.network)
    if (!hold.grow(text.length)) return this.#endForRoom()
    // Called when the system has taken it, or the socket is gone.
    this.#ws.send(text, () => hold.release())
  }

  #endForRoom(): void {
    this.#parts.settings.tell({ event: 'refused', code: 503, reason: NO_ROOM })
    this.#end(TRY_AGAIN_LATER)
  }

  #wake(): void {
    // Before its hello nothing a client does gives it more time.
    if (this.#isWelcome) this.#silence.refresh()
  }

  #end(code: number): void {
    if (this.#isEnded || this.#ws.readyState === this.#ws.CLOSED) return
    this.#isEnded = true
    this.#isDeaf = true
    clearTimeout(this.#silence)
    this.#ws.close(code)
    const grace = setTimeout(() => this.#ws.terminate(), GRACE_MS)
    this.#ws.once('close', () => clearTimeout(grace))
  }
}

const NO_ID = 'batchId: expected a string of 1 to 200 characters'
