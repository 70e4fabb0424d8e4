// Whether anything is captured: while the app lets it, and while its room is in the sample.
import type { Connections } from './connections.ts'
import type { Link } from './link.ts'
import { NOBODY } from './outbox.ts'
import type { Outbox } from './outbox.ts'
import type { PeerOptions } from './peer-options.ts'

type Peer = Required<PeerOptions>

export interface GateParts {
  readonly outbox: Outbox
  readonly connections: Connections
  readonly link: Pick<Link, 'tell'>
}

export class Gate {
  readonly #parts: GateParts
  readonly #begin: () => void
  /** Whom the app has added before that: nobody listens to them. Null since then. */
  #waiting: readonly Peer[] | null = []
  #isHeld = false
  #isOut: boolean

  /**
   * `isOut`: the room is not in the sample. `begin` is called once, when it is for the first time: from then on it
   * costs something.
   */
  constructor(parts: GateParts, isOut: boolean, begin: () => void) {
    this.#parts = parts
    this.#begin = begin
    this.#isOut = isOut
    parts.outbox.isPaused = isOut
    if (!isOut) this.#open()
  }

  add(peer: Peer): void {
    const { peerId, peerName, pc } = peer
    if (!this.#waiting) return this.#parts.connections.add(peerId, peerName, pc)
    if (this.#stillOpen().every((other) => other.pc !== pc))
      this.#waiting = [...this.#waiting, peer]
  }

  remove(peerId: string): void {
    this.#waiting &&= this.#waiting.filter((peer) => peer.peerId !== peerId)
    void this.#parts.connections.remove(peerId) // it never rejects
  }

  peerIds(): string[] {
    const waiting = this.#stillOpen().map(({ peerId }) => peerId)
    return [...new Set([...waiting, ...this.#parts.connections.peerIds()])]
  }

  /** What was captured before is still sent. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    this.#follow()
  }

  /** As in the constructor. */
  leaveOut(isOut: boolean): void {
    this.#isOut = isOut
    this.#follow()
    if (!isOut) this.#open()
  }

  #open(): void {
    if (!this.#waiting) return
    const peers = this.#stillOpen()
    this.#waiting = null
    for (const peer of peers) this.add(peer)
    this.#begin()
  }

  /** Says when it changes, and which states have changed meanwhile. */
  #follow(): void {
    const { outbox, connections, link } = this.#parts
    const isPaused = this.#isHeld || this.#isOut
    if (isPaused === outbox.isPaused) return
    const say = (event: string): void => outbox.captureEvent(NOBODY, event, 'exporter', null)
    if (isPaused) say('paused')
    outbox.isPaused = isPaused
    link.tell({ type: isPaused ? 'pause' : 'resume' })
    if (isPaused) return
    say('resumed')
    connections.noticeStates()
  }

  /** Those who wait, without connections that the app has closed: nobody tells of it. */
  #stillOpen(): readonly Peer[] {
    return (
      (this.#waiting &&= this.#waiting.filter(({ pc }) => pc.signalingState !== 'closed')) ?? []
    )
  }
}
