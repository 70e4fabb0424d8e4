// The page's end of the worker: starts it, answers its pulls, and puts a limit on every question to it.
import { proxy, transfer } from 'comlink'
import type { Remote } from 'comlink'
import type { Outbox } from './outbox.ts'
import type {
  CapturedReport,
  Headers,
  Raised,
  WorkerApi,
  WorkerConfig,
  WorkerMessage,
} from './protocol.ts'
import type { Engine } from './spawn.ts'
import { within } from './time.ts'

export interface LinkParts {
  readonly config: WorkerConfig
  readonly outbox: Outbox
  readonly spawn: () => Promise<Engine>
  readonly headers: () => Promise<Headers>
  readonly collect: () => Promise<readonly CapturedReport[]>
  readonly raise: (raised: Raised) => void
}

/** How long the page waits for messages that the worker says it has posted. */
const LAST_MESSAGES_MS = 500

export class Link {
  readonly #parts: LinkParts
  readonly #engine: Promise<Engine | null>
  #port: MessagePort | null = null
  #received = 0
  #onReceived: (() => void) | null = null

  constructor(parts: LinkParts) {
    this.#parts = parts
    this.#engine = this.#start()
  }

  /** Asks the worker; `fallback` where it is not there, fails, or does not answer within the limit. Never rejects. */
  ask<T, F>(
    limitMs: number,
    fallback: F,
    question: (api: Remote<WorkerApi>, after: number) => Promise<T>,
  ): Promise<T | F> {
    const answer = async (): Promise<T | F> => {
      const engine = await this.#engine
      return engine ? question(engine.api, this.#parts.outbox.posted) : fallback
    }
    return within(limitMs, answer(), fallback)
  }

  /** Resolves when so many messages of the worker have arrived, or soon after. */
  async received(count: number): Promise<void> {
    const all = new Promise<void>((resolve) => {
      this.#onReceived = () => this.#received >= count && resolve()
      this.#onReceived()
    })
    await within(LAST_MESSAGES_MS, all, undefined)
  }

  close(): void {
    this.#port?.close()
    void this.#engine.then((engine) => engine?.terminate()) // it never rejects
  }

  async #start(): Promise<Engine | null> {
    const { config, outbox, spawn, headers, raise } = this.#parts
    try {
      const engine = await spawn()
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }: MessageEvent<WorkerMessage>) => this.#receive(data)
      this.#port = port1
      await engine.api.start(config, transfer(port2, [port2]), proxy(headers))
      outbox.connect(port1)
      return engine
    } catch (error) {
      const message = `no worker, so nothing is exported: ${error instanceof Error ? error.message : error}`
      raise({ name: 'error', error: { name: 'Error', message } })
      return null
    }
  }

  #receive(message: WorkerMessage): void {
    this.#received++
    switch (message.type) {
      case 'pull':
        this.#parts.outbox.committed(message.committed)
        void this.#answer(message.tick) // it never rejects
        break
      case 'raise':
        this.#parts.raise(message.raised)
        break
      default:
        message satisfies never
    }
    this.#onReceived?.()
  }

  /** The worker does not pull again before this has answered, so it always does. */
  async #answer(tick: number): Promise<void> {
    const reports = await this.#parts.collect()
    this.#parts.outbox.post({ type: 'reports', tick, reports })
  }
}
