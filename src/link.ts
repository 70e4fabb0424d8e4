// The page's end of the engine: starts it, answers its pulls, starts it again when it dies, and limits every question.
import { expose, transfer } from 'comlink'
import type { Remote } from 'comlink'
import type { Message, Outbox } from './outbox.ts'
import type {
  CapturedReport,
  PageApi,
  Raised,
  WorkerApi,
  WorkerConfig,
  WorkerMessage,
} from './protocol.ts'
import { WORKER_NAME } from './protocol.ts'
import type { Engine } from './spawn.ts'
import type { Tail } from './tail.ts'
import type { Mode } from './terms.ts'
import { within } from './time.ts'

export interface LinkParts {
  /** As it is to be now; `incarnation` counts the engines of this exporter from 0. */
  readonly config: (incarnation: number) => WorkerConfig
  /** The events that the app listens to now. */
  readonly listened: () => string[]
  /** Between two pulls, until one says otherwise. */
  readonly intervalMs: number
  readonly outbox: Outbox
  readonly spawn: () => Promise<Engine>
  readonly page: PageApi
  readonly tail: Pick<Tail, 'take' | 'arm'>
  /** One reading of every connection. */
  readonly read: () => Promise<void>
  /** It lasts too long: it is to end. */
  readonly giveUp: () => void
  /** What it gave. */
  readonly take: () => readonly CapturedReport[]
  readonly raise: (raised: Raised) => void
}

/** An engine that was silent for so long, beyond its poll interval, is asked whether it lives. */
const SILENCE_MS = 5000
/** A reading that lasts longer is not waited for, when the next look at it comes. */
const READ_LIMIT_MS = 2000
/** And has so long to say so. */
const PROOF_MS = 4000
/** An engine that dies again and again would only burn the user's battery. */
const MAX_RESTARTS = 3

/** The engine's part of a time limit: the rest is for the way there and back. */
const WORKER_SHARE = 0.9

/** `shareMs`: the engine's part of the limit. */
export type Question<T> = (api: Remote<WorkerApi>, shareMs: number) => Promise<T>

interface Posted {
  readonly [WORKER_NAME]: WorkerMessage
}

export class Link {
  #intervalMs: number
  readonly #parts: LinkParts
  #watch: ReturnType<typeof setInterval> | undefined
  #engine: Promise<Engine | null> = Promise.resolve(null)
  #mode: Mode = 'off'
  #incarnation = 0
  #heardAt = 0
  #isProving = false
  #answeringSince = Infinity
  #isClosed = false

  constructor(parts: LinkParts) {
    this.#parts = parts
    this.#intervalMs = parts.intervalMs
  }

  /** In force until the next pull. */
  get intervalMs(): number {
    return this.#intervalMs
  }

  get mode(): Mode {
    return this.#mode
  }

  /** Starts the engine, once. Until then there is nobody to ask. */
  open(): void {
    if (this.#mode !== 'off') return
    this.#mode = 'starting'
    this.#engine = this.#start()
    this.#watch = setInterval(() => this.#look(), SILENCE_MS)
  }

  /** An engine that is not there yet begins with what is true then. */
  tell(message: Message): void {
    if (this.#mode !== 'off') this.#parts.outbox.post(message)
  }

  /** Asks the engine; `fallback` where it is not there, fails, or does not answer within the limit. Never rejects. */
  ask<T, F>(limitMs: number, fallback: F, question: Question<T>): Promise<T | F> {
    const answer = async (): Promise<T | F> => {
      const engine = await this.#engine
      return engine ? question(engine.api, limitMs * WORKER_SHARE) : fallback
    }
    return within(limitMs, answer(), fallback)
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#watch)
    void this.#engine.then((engine) => engine?.terminate()) // it never rejects
  }

  async #start(): Promise<Engine | null> {
    const { config, listened, outbox, spawn, page } = this.#parts
    try {
      const engine = await spawn()
      const { port1, port2 } = new MessageChannel()
      const incarnation = this.#incarnation
      expose(page, port1)
      engine.endpoint.addEventListener('message', (event) => {
        const message = (event as MessageEvent<Partial<Posted> | null>).data?.[WORKER_NAME]
        if (message && incarnation === this.#incarnation && !this.#isClosed) this.#receive(message)
      })
      this.#heardAt = performance.now()
      this.#mode = engine.place
      engine.api
        .start(config(incarnation), transfer(port2, [port2]))
        .catch((error: unknown) => this.#complain(error))
      outbox.connect(engine.endpoint)
      outbox.post({ type: 'listen', events: listened() })
      if (outbox.isPaused) outbox.post({ type: 'pause' })
      return engine
    } catch (error) {
      this.#mode = 'none'
      this.#complain(error)
      return null
    }
  }

  /** Nobody arms a timer for each pull. */
  #look(): void {
    if (performance.now() - this.#answeringSince > READ_LIMIT_MS) this.#parts.giveUp()
    void this.#proveLife() // it never rejects
  }

  /** A worker that was ended or hangs says nothing of it, and raises no event: silence is all there is to notice. */
  async #proveLife(): Promise<void> {
    const isSilent = performance.now() - this.#heardAt > this.#intervalMs + SILENCE_MS
    const canDie = this.#mode === 'app' || this.#mode === 'worker' || this.#mode === 'blob'
    if (!canDie || !isSilent || this.#isProving) return
    this.#isProving = true
    const isAlive = await this.ask(PROOF_MS, false, async (api) => (await api.hello()) > 0)
    this.#isProving = false
    if (isAlive) this.#heardAt = performance.now()
    else this.#restart()
  }

  #restart(): void {
    if (this.#isClosed) return
    const isLast = this.#incarnation >= MAX_RESTARTS
    const end = isLast ? 'nothing is exported any more' : 'it is started again'
    this.#complain(new Error(`the worker does not answer any more: ${end}`))
    void this.#engine.then((engine) => engine?.terminate()) // it never rejects
    this.#parts.outbox.disconnect()
    this.#mode = isLast ? 'none' : 'starting'
    this.#incarnation++
    this.#engine = isLast ? Promise.resolve(null) : this.#start()
  }

  #complain(error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    this.#parts.raise({ name: 'error', error: { name, message } })
  }

  #receive(message: WorkerMessage): void {
    this.#heardAt = performance.now()
    switch (message.type) {
      case 'pull':
        this.#intervalMs = message.intervalMs
        this.#parts.outbox.committed(message.committed)
        if (message.tail) this.#parts.tail.take(message.tail)
        void this.#answer(message.tick) // it never rejects
        break
      case 'later':
        this.#parts.tail.arm(message.tail)
        break
      case 'raise':
        this.#parts.raise(message.raised)
        break
      default:
        message satisfies never
    }
  }

  /** The engine does not pull again before this has answered, so it always does. */
  async #answer(tick: number): Promise<void> {
    const incarnation = this.#incarnation
    this.#answeringSince = performance.now()
    await this.#parts.read()
    this.#answeringSince = Infinity
    // A pull of an engine that has died meanwhile: its tick means nothing to the next one, the reports do.
    const isCurrent = incarnation === this.#incarnation
    const reports = this.#parts.take()
    this.#parts.outbox.post({
      type: 'reports',
      tick: isCurrent ? tick : null,
      reports,
      isHidden: document.hidden,
    })
  }
}
