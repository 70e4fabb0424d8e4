// One RTCPeerConnection: its listeners and its one read. Never assigns the app's own on* handlers.
import type { Moment, Outbox, Subject } from './outbox.ts'
import type { CapturedReport } from './protocol.ts'
import type { Reader, Reading, Report } from './serialize.ts'
import { yieldToPage } from './time.ts'
import { describeTrack, watchTrack } from './track.ts'

/** The states that are exported, by the event that announces a change (webrtc-pc, section 4.4.3). */
const STATES = {
  iceconnectionstatechange: ['iceConnectionStateChange', 'iceConnectionState'],
  connectionstatechange: ['connectionStateChange', 'connectionState'],
  icegatheringstatechange: ['iceGatheringStateChange', 'iceGatheringState'],
  signalingstatechange: ['signalingStateChange', 'signalingState'],
} as const

export type StateEvent = (typeof STATES)[keyof typeof STATES][0]

/** What a connection tells its exporter. */
export interface ConnectionEvents {
  /** A track may have been added, replaced or removed. */
  onNegotiated(): void
  /** `getStats()` rejected or hangs; said once until it answers again. */
  onReadFailure(error: Error): void
}

export class Connection {
  readonly subject: Subject
  readonly pc: RTCPeerConnection
  readonly #outbox: Outbox
  readonly #events: ConnectionEvents
  readonly #listeners = new AbortController()
  readonly #states = new Map<StateEvent, string>()
  readonly #reader: Reader
  /** Those that are watched. */
  readonly #tracks = new WeakSet<MediaStreamTrack>()
  #reading: Promise<void> | null = null
  #isHanging = false
  #isFailing = false
  #untaken: { readonly moment: Moment; readonly reading: Reading } | null = null

  constructor(
    subject: Subject,
    pc: RTCPeerConnection,
    outbox: Outbox,
    reader: Reader,
    events: ConnectionEvents,
  ) {
    this.subject = subject
    this.#reader = reader
    this.pc = pc
    this.#outbox = outbox
    this.#events = events
    this.#announce()
    this.#listen()
  }

  get isClosed(): boolean {
    return this.pc.signalingState === 'closed'
  }

  /**
   * Resolves when a reading has ended: a new one, or the one that is under way. One that hangs is not waited for, and one
   * that nobody has taken yet is not replaced: the next may be partial, and stands on it.
   */
  read(): Promise<void> {
    if (this.isClosed || this.#isHanging || this.#untaken) return Promise.resolve()
    return (this.#reading ??= this.#read())
  }

  /** Nobody waits for this reading any longer. */
  giveUp(reading: Promise<void>): void {
    if (this.#reading !== reading) return
    this.#isHanging = true
    this.#fail(new Error('getStats() does not answer'))
  }

  /** What the last reading gave, once; null where there is nothing new. It has its number from here. */
  takeReport(): CapturedReport | null {
    const taken = this.#untaken
    this.#untaken = null
    return taken && this.#outbox.captureReport(this.subject, taken.moment, taken.reading)
  }

  /** State changes nobody announced: while the exporter was paused, and `close()`, which raises no event. */
  noticeStates(): void {
    if (this.isClosed) return this.#capture('connectionStateChange', 'closed')
    for (const [event, attribute] of Object.values(STATES)) this.#capture(event, this.pc[attribute])
  }

  stop(): void {
    this.#listeners.abort()
  }

  /** While it is connected its pairs and candidates stay. */
  get #isSettled(): boolean {
    return ['connected', 'completed'].includes(this.pc.iceConnectionState)
  }

  async #read(): Promise<void> {
    try {
      const report = (await this.pc.getStats()) as unknown as Report
      const clock = performance.timeOrigin + performance.now()
      const moment = { timestamp: Date.now(), clock }
      if (!this.#isSettled || !this.#outbox.knows(this.subject)) this.#reader.expectChange()
      const slices = this.#reader.read(report)
      let slice = slices.next()
      while (!slice.done) {
        await yieldToPage()
        slice = slices.next()
      }
      if (this.#outbox.isPaused) return this.#reader.expectChange()
      this.#untaken = { moment, reading: slice.value }
      this.#isFailing = false
    } catch (error) {
      this.#fail(new Error('getStats() was rejected', { cause: error }))
    } finally {
      this.#reading = null
      this.#isHanging = false
    }
  }

  #fail(error: Error): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#events.onReadFailure(error)
    this.#outbox.captureEvent(this.subject, 'statsError', 'exporter', {
      message: error.message,
      cause: error.cause === undefined ? null : String(error.cause),
    })
  }

  /** A connection that was negotiated before it was added raises no event for it: its states are said here. */
  #announce(): void {
    const states: Record<string, string> = {}
    for (const [event, attribute] of Object.values(STATES)) {
      this.#states.set(event, this.pc[attribute])
      states[attribute] = this.pc[attribute]
    }
    this.#outbox.captureEvent(this.subject, 'peerAdded', 'peer', states)
  }

  #capture(event: StateEvent, state: string): void {
    if (this.#outbox.isPaused || state === undefined || this.#states.get(event) === state) return
    this.#states.set(event, state)
    this.#outbox.captureEvent(this.subject, event, 'connection', { state })
  }

  #listen(): void {
    const { pc, subject } = this
    const { signal } = this.#listeners
    const outbox = this.#outbox
    const on = <Type extends keyof RTCPeerConnectionEventMap>(
      type: Type,
      listener: (event: RTCPeerConnectionEventMap[Type]) => void,
    ): void => {
      const listen = (event: RTCPeerConnectionEventMap[Type]): void => {
        this.#reader.expectChange()
        listener(event)
      }
      pc.addEventListener(type, listen, { signal })
    }

    for (const [type, [event, attribute]] of Object.entries(STATES)) {
      on(type as keyof typeof STATES, () => this.#capture(event, pc[attribute]))
    }
    on('signalingstatechange', () => {
      if (pc.signalingState === 'stable') this.#events.onNegotiated()
    })
    on('negotiationneeded', () =>
      outbox.captureEvent(subject, 'negotiationNeeded', 'connection', null),
    )
    on('icecandidate', ({ candidate }) =>
      outbox.captureEvent(subject, 'iceCandidate', 'ice', candidate ? candidate.toJSON() : null),
    )
    on('icecandidateerror', ({ address, port, url, errorCode, errorText }) =>
      outbox.captureEvent(subject, 'iceCandidateError', 'ice', {
        address,
        port,
        url,
        errorCode,
        errorText,
      }),
    )
    on('track', ({ track, transceiver }) => {
      outbox.captureEvent(subject, 'track', 'track', {
        ...describeTrack(track),
        mid: transceiver.mid,
      })
      // It is announced again each time its direction comes back.
      if (this.#tracks.has(track)) return
      this.#tracks.add(track)
      watchTrack(track, subject, outbox, signal)
    })
    on('datachannel', ({ channel: { id, label, protocol, ordered } }) =>
      outbox.captureEvent(subject, 'dataChannel', 'datachannel', { id, label, protocol, ordered }),
    )
  }
}
