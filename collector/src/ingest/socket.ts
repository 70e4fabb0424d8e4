// The conversation with one client of the socket, from its hello to its end.
import type { WebSocket } from 'ws'
import type { Ack, Hello, Nack, ServerFrame } from '../../../src/frames.ts'
import { batchIdAtHead, batchIdOf } from './batch-id.ts'
import { isGzipped, parseBody } from './body.ts'
import { readFrame } from './frame.ts'
import { WRONG_KEY } from './gate.ts'
import { failedEvent } from '../log.ts'
import type { Settings } from '../options.ts'
import { NOWHERE } from '../facts.ts'
import type { Store } from '../store/store.ts'
import type { Receive } from './receive.ts'

export interface SocketLimits {
  /** Until the client says who it is. @default 10000 */
  readonly helloMs: number
  /** Between two frames; clients ping every 25 s. @default 60000 */
  readonly idleMs: number
  /** Batches of one client that wait for their answer. @default 4 */
  readonly window: number
  /** Answers of one client that wait until it reads them. @default 1048576 */
  readonly maxWaitingBytes: number
  /** @default 1000 */
  readonly maxSockets: number
}

export const SOCKET_LIMITS: SocketLimits = {
  helloMs: 10_000,
  idleMs: 60_000,
  window: 4,
  maxWaitingBytes: 1024 * 1024,
  maxSockets: 1000,
}

export interface Parts {
  readonly settings: Settings
  readonly store: Pick<Store, 'wholeAmong'>
  readonly receive: Receive
  readonly limits: SocketLimits
  /** The key in the address of the upgrade. */
  readonly key: string | null
}

/** Of `pending`, those that are looked at: many times what a window leaves unanswered. */
const MAX_PENDING = 64
/** For a client to answer our close: `ws` itself would listen to it for 30 s more. */
const GRACE_MS = 1000
/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const GOING_AWAY = 1001
const POLICY_VIOLATION = 1008
const INTERNAL_ERROR = 1011

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
  /** One batch at a time: of one client no more than one is ever inflated. */
  #turn: Promise<void> = Promise.resolve()

  constructor(ws: WebSocket, parts: Parts) {
    this.#ws = ws
    this.#parts = parts
    this.#silence = setTimeout(() => this.#cut('No hello came in time.'), parts.limits.helloMs)
    // `ws` has begun to close by then, with the code that names the mistake: 1002, 1007, 1009.
    ws.on('error', () => this.#end(POLICY_VIOLATION))
    ws.on('close', () => clearTimeout(this.#silence))
    ws.on('ping', () => this.#wake())
    ws.on('message', (data, isBinary) => {
      // The type allows for other values of `binaryType`, which is never set here.
      this.#hear(data as Buffer, isBinary)
    })
  }

  /** Answers what has come, then says goodbye. */
  leave(): void {
    this.#isDeaf = true
    const end = (): void => this.#end(GOING_AWAY)
    // What the store does not answer in time comes again.
    const grace = setTimeout(end, GRACE_MS)
    void this.#turn.then(end).then(() => clearTimeout(grace))
  }

  #hear(bytes: Buffer, isBinary: boolean): void {
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
    this.#inTurn(async () => {
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
    this.#inTurn(async () => {
      const answer = await this.#take(bytes)
      this.#unanswered -= 1
      return answer
    })
  }

  #inTurn(work: () => Promise<ServerFrame>): void {
    this.#turn = this.#answerAfter(this.#turn, work)
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

  async #take(bytes: Buffer): Promise<Ack | Nack> {
    const { settings, receive } = this.#parts
    const body = await parseBody(bytes, isGzipped(bytes), settings.maxBodyBytes)
    if (body.status === 'refused') return this.#nack(batchIdAtHead(bytes), body)
    const batchId = batchIdOf(body.value)
    // A plain body is taken by POST alone: without an id there is no answer to it here.
    if (batchId === null) return this.#nack(null, { code: 400, reason: NO_ID })
    try {
      const receipt = await receive(body, NOWHERE)
      if (receipt.status === 'refused') return this.#nack(batchId, receipt)
      const { rejected } = receipt
      return { type: 'ack', batchId, ...(rejected.length > 0 ? { rejected } : {}) }
    } catch (error) {
      // The store's, whatever it says: the batch comes again later.
      settings.tell(failedEvent(error))
      return { type: 'nack', batchId, code: 500, reason: 'The collector failed on this batch.' }
    }
  }

  #nack(batchId: string | null, { code, reason }: { code: number; reason: string }): Nack {
    this.#parts.settings.tell({ event: 'refused', code, reason })
    return { type: 'nack', batchId, code, reason }
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
      this.#cut('It does not read its answers.')
    } else this.#ws.send(JSON.stringify(frame))
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
