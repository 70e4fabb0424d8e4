// The public class: takes connections in, owns the worker, and raises events for whoever listens.
import { applicationData, ratingData } from './application.ts'
import { describe, text } from './check.ts'
import { Connections } from './connections.ts'
import { Emitter } from './emitter.ts'
import type { Listener } from './emitter.ts'
import { devicesInUse, watchPage } from './environment.ts'
import type { ExporterEvents } from './events.ts'
import { Gate } from './gate.ts'
import { createHost } from './host.ts'
import { newId } from './id.ts'
import { Link } from './link.ts'
import type { Question } from './link.ts'
import { openers } from './candidates.ts'
import { resolveOptions } from './options.ts'
import type { ExporterOptions, Settings } from './options.ts'
import { NOBODY, Outbox } from './outbox.ts'
import { checkPeer } from './peer-options.ts'
import type { PeerOptions } from './peer-options.ts'
import type { Facts, Farewell } from './protocol.ts'
import type { Quarantine } from './quarantine.ts'
import { raiseOn } from './raise.ts'
import { createQuarantine } from './refused.ts'
import { isSampled } from './sample.ts'
import { spawn } from './spawn.ts'
import { Tail } from './tail.ts'
import type { FlushResult, Mode, QueueState } from './terms.ts'
import { beaconUrl } from './transports.ts'
import type { Summaries } from './summary.ts'
import { checkUpdate } from './update.ts'
import type { Update } from './update.ts'
import type { Item } from './wire.ts'

export class WebRTCExporter {
  /** The session's id, as given or as made for it. */
  readonly sessionId: string
  /** What the endpoint will never take. */
  readonly quarantine: Quarantine
  readonly #settings: Settings
  readonly #emitter: Emitter<ExporterEvents>
  readonly #outbox = new Outbox()
  readonly #connections: Connections
  readonly #tail: Tail
  readonly #link: Link
  readonly #page = new AbortController()
  readonly #gate: Gate
  #facts: Facts
  #end: Promise<void> | null = null
  #last: Pick<Farewell, 'timeline' | 'summary'> = { timeline: [], summary: NOTHING }

  /** @throws TypeError on a wrong option: which, what was expected, what came. Nothing throws after this. */
  constructor(options: ExporterOptions) {
    if (typeof document === 'undefined') {
      throw new Error(
        'WebRTCExporter: expected to be made in a page of a browser, found no document',
      )
    }
    this.#settings = resolveOptions(options, document.baseURI, newId)
    const { headers, roomId, userId, keys, worker, transport, beaconTail, ...settings } =
      this.#settings
    const identity = { producer: newId(), redactKey: crypto.getRandomValues(new Uint8Array(16)) }
    this.sessionId = settings.sessionId
    this.#facts = { roomId, userId, keys, devices: { audio: null, video: null } }
    this.#emitter = new Emitter(() =>
      this.#link.tell({ type: 'listen', events: this.#emitter.names() }),
    )
    this.#connections = new Connections(this.#outbox, settings.rawStats, {
      onNegotiated: () => this.#updateDevices(),
      onReadFailure: (error) => this.#emitter.emit('error', { error }),
    })
    this.#tail = new Tail({
      url: beaconTail > 0 ? beaconUrl(transport) : null,
      outbox: this.#outbox,
      sender: { ...settings, ...identity, intervalMs: () => this.#link.intervalMs },
      facts: () => this.#facts,
      headers: () => headers.known,
    })
    this.#link = new Link({
      config: (incarnation) => ({
        ...settings,
        ...identity,
        incarnation,
        transports: transport.map(({ name, url, isOnPage }) => ({ name, url, isOnPage })),
        tail: this.#tail.limits(beaconTail),
        facts: this.#facts,
      }),
      listened: () => this.#emitter.names(),
      intervalMs: settings.getStatsInterval,
      outbox: this.#outbox,
      tail: this.#tail,
      spawn: () =>
        spawn(openers(worker), (place, error) => this.#emitter.emit('error', { error, place })),
      page: createHost(headers, transport),
      read: () => this.#connections.read(),
      giveUp: () => this.#connections.giveUp(),
      take: () => this.#connections.take(),
      raise: raiseOn(this.#emitter),
    })
    this.quarantine = createQuarantine((fallback, question) => this.#ask(fallback, question))
    this.#gate = new Gate(
      { outbox: this.#outbox, connections: this.#connections, link: this.#link },
      !isSampled(roomId, settings.sampleRate),
      () => {
        this.#link.open()
        this.#updateDevices()
        watchPage(this.#outbox, this.#page.signal, () => this.#updateDevices())
        // After what watches the page: its last events are to leave, too.
        this.#tail.watch()
      },
    )
  }

  /**
   * Where the engine runs: the app's own worker, our worker file, the same from a blob, or the page; `starting` until
   * one has answered, `none` where none did, `off` while `sampleRate` leaves the room out.
   */
  get mode(): Mode {
    return this.#link.mode
  }

  /** Starts to monitor a connection. The same one again is a no-op; another one of a peer is told apart by `pcId`. */
  addPeer(peer: PeerOptions): void {
    this.#do(() => {
      this.#gate.add(checkPeer(peer))
      this.#updateDevices()
    })
  }

  /** Stops monitoring: gone from `getPeerIds()` at once, with one last sample where the connection still answers. */
  removePeer(peerId: string): void {
    if (!this.#end) this.#gate.remove(peerId)
  }

  /** Who is monitored, or would be were the room in the sample: no removed or wholly closed peers. */
  getPeerIds(): string[] {
    return this.#end ? [] : this.#gate.peerIds()
  }

  /**
   * This exporter's items, oldest first: at most 2,000 or 16 MiB, the first element an item `timeline:cut` with
   * `{ dropped }` where it was cut. Also after `destroy()`. Empty where the worker does not answer within `timeout`.
   */
  async getTimeline(): Promise<readonly Item[]> {
    await this.#end
    return this.#ask(this.#last.timeline, (api) => api.timeline())
  }

  /**
   * How the call has been so far, of the session and of each peer; after `destroy()` the last account. Null and empty
   * where the worker does not answer within `timeout`.
   */
  async getSummary(): Promise<Summaries> {
    await this.#end
    return this.#ask(this.#last.summary, (api) => api.summary())
  }

  /** Seals what waits and tries each batch of this exporter once, now. Resolves within `timeout`, always. */
  flush(): Promise<FlushResult> {
    return this.#ask({ sent: 0, stored: 0 }, (api, shareMs) => api.flush(shareMs))
  }

  /** How much waits, and where. Null where the worker does not answer within `timeout`, and after `destroy()`. */
  get queue(): Promise<QueueState | null> {
    return this.#ask(null, (api) => api.queue())
  }

  /** Last samples, a flush within `timeout`, the last events; then listeners and worker are gone. Idempotent. */
  destroy(): Promise<void> {
    return (this.#end ??= this.#finish())
  }

  /** Returns the unsubscribe. A listener that throws stops no other. */
  on<Name extends keyof ExporterEvents>(
    event: Name,
    listener: Listener<ExporterEvents[Name]>,
  ): () => void {
    return this.#emitter.on(event, listener)
  }

  /** As `on`, for the next one only. */
  once<Name extends keyof ExporterEvents>(
    event: Name,
    listener: Listener<ExporterEvents[Name]>,
  ): () => void {
    return this.#emitter.once(event, listener)
  }

  off<Name extends keyof ExporterEvents>(
    event: Name,
    listener: Listener<ExporterEvents[Name]>,
  ): void {
    this.#emitter.off(event, listener)
  }

  /** A mark of the app's own, tag `application`. `data` is taken as JSON now, at most 32,768 characters. */
  addEvent(name: string, data?: unknown): void {
    this.#do(() => {
      text('addEvent', name)
      this.#outbox.captureEvent(NOBODY, name, 'application', applicationData(name, data))
    })
  }

  /** What the user thought of the call, 1 (bad) to 5 (good). */
  rate(rating: number, comment?: string): void {
    this.#do(() => {
      this.#outbox.captureEvent(NOBODY, 'rating', 'application', ratingData(rating, comment))
    })
  }

  /**
   * Facts that came late, or changed: they stand in every later batch. `keys` are merged. A `roomId` decides by
   * `sampleRate` anew: out of the sample is as `pause()`, into it monitors all peers that were added so far.
   */
  update(update: Update): void {
    this.#do(() => {
      const { roomId, ...others } = checkUpdate(update, this.#facts.keys)
      if (roomId === undefined) return this.#setFacts(others)
      const isIn = isSampled(roomId, this.#settings.sampleRate)
      // One that is left out is not told: what waits to be sent is of the room before.
      this.#setFacts({ ...others, ...(isIn && { roomId }) })
      this.#gate.leaveOut(!isIn)
    })
  }

  /** Captures nothing until `resume()`; what was captured before is still sent. */
  pause(): void {
    if (!this.#end) this.#gate.hold(true)
  }

  /** Goes on, and says which states have changed meanwhile. */
  resume(): void {
    if (!this.#end) this.#gate.hold(false)
  }

  /** Forgets everything that is stored for this endpoint, in every tab: for a consent withdrawn, or a logout. */
  async clear(): Promise<void> {
    if (this.#end) return
    this.#link.open() // an earlier page load may have stored something
    this.#tail.forget()
    const { epoch } = this.#tail
    await this.#ask(undefined, (api) => api.clear(epoch))
  }

  /** As `Link.ask` within `timeout`; the fallback after `destroy()`. */
  async #ask<T, F>(fallback: F, question: Question<T>): Promise<T | F> {
    return this.#end ? fallback : this.#link.ask(this.#settings.timeout, fallback, question)
  }

  /** The app's mistakes become an `error` event: nothing throws after construction. */
  #do(work: () => void): void {
    if (this.#end) return
    try {
      work()
    } catch (error) {
      this.#emitter.emit('error', {
        error: error instanceof Error ? error : new Error(describe(error)),
      })
    }
  }

  #setFacts(changed: Partial<Facts>): void {
    const { userId } = this.#facts
    this.#facts = { ...this.#facts, ...changed }
    if (this.#facts.userId !== userId) {
      this.#tail.forget()
      this.#settings.headers.forget()
    }
    this.#link.tell({ type: 'facts', facts: this.#facts, epoch: this.#tail.epoch })
  }

  #updateDevices(): void {
    const devices = devicesInUse(this.#connections.connections())
    const { audio, video } = this.#facts.devices
    if (devices.audio !== audio || devices.video !== video) this.#setFacts({ devices })
  }

  async #finish(): Promise<void> {
    const began = performance.now()
    this.#page.abort()
    await this.#connections.removeAll()
    const limitMs = Math.max(this.#settings.timeout - (performance.now() - began), 0)
    const farewell = await this.#link.ask(limitMs, null, (api, shareMs) => api.destroy(shareMs))
    if (farewell) {
      this.#last = farewell
    }
    // Not before: many an app destroys it when its page is left already.
    this.#tail.stop()
    this.#link.close()
    this.#emitter.clear()
  }
}

const NOTHING: Summaries = { session: null, peers: {} }
