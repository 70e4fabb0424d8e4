// What a check stands on: an endpoint, calls and exporters, all of them ended after it whether it passed or not.
import { WebRTCExporter } from '../../../src/index.ts'
import type { ExporterOptions } from '../../../src/index.ts'
import { createCall } from '../../browser/call.ts'
import type { Call } from '../../browser/call.ts'
import { createReplayedCall } from './replay.ts'
import { createRun } from '../../run.ts'
import type { Run } from '../../run.ts'

/** One rule. */
export interface Check {
  /** The rule it proves. */
  readonly name: string
  /** What a replayed call does not have. */
  readonly needs?: 'rtc'
  run(scene: Scene): Promise<void>
}

/** Without RTCPeerConnection the calls of all checks are replayed. */
export const HAS_RTC = typeof RTCPeerConnection !== 'undefined'

export class Scene {
  readonly run: Run
  /** What the exporters said is wrong. A check takes out what it expects; what is left fails it. */
  readonly errors: string[] = []
  readonly #ends: (() => unknown)[] = []

  constructor(faults: string) {
    this.run = createRun(faults)
  }

  /** A real call where the browser has any, else the replayed one. */
  startCall(): Call {
    return this.#hangUpLater(HAS_RTC ? createCall() : createReplayedCall())
  }

  /** The synthetic Safari report, in every browser. */
  startReplayedCall(): Call {
    return this.#hangUpLater(createReplayedCall())
  }

  /** Polls fast, so that checks need not wait. */
  startExporter(options: Partial<ExporterOptions> = {}): WebRTCExporter {
    const { url } = this.run
    const exporter = new WebRTCExporter({
      url,
      getStatsInterval: 200,
      flushInterval: 300,
      ...options,
    })
    exporter.on('error', ({ error }) => this.errors.push(error.message))
    this.#ends.push(() => exporter.destroy())
    return exporter
  }

  /** Shows another page of this origin in a frame. Returns what takes it away at once. */
  startFrame(address: string): () => void {
    const frame = document.createElement('iframe')
    frame.src = address
    document.body.append(frame)
    const remove = (): void => frame.remove()
    this.#ends.push(remove)
    return remove
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end()
  }

  #hangUpLater(call: Call): Call {
    this.#ends.push(call.hangUp)
    return call
  }
}

/** Collects what an event carries. */
export function collect<Payload>(on: (listener: (payload: Payload) => void) => unknown): Payload[] {
  const payloads: Payload[] = []
  on((payload) => payloads.push(payload))
  return payloads
}
