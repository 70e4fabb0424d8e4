// Numbers what the page captures, hands it to the worker in that order, and keeps events until they are on disk.
import type { Endpoint } from 'comlink'
import { Packer } from './pack.ts'
import { WORKER_NAME } from './protocol.ts'
import type { CapturedEvent, CapturedReport, PageMessage } from './protocol.ts'
import type { Reading } from './serialize.ts'
import type { DropReason, Tag } from './wire.ts'

/** Whom a capture is about. */
export interface Subject {
  readonly peerId: string | null
  readonly peerName: string | null
  readonly pcId: string | null
}

/** A capture that is about the page or the app, and no peer. */
export const NOBODY: Subject = { peerId: null, peerName: null, pcId: null }

/** How many messages wait for a worker that is not up yet, and how many events for their commit. */
const MAX_WAITING = 1000

/** What is nowhere else than on the page, as far as the page knows. */
export interface Held {
  readonly events: readonly CapturedEvent[]
  /** The newest one of each connection. */
  readonly reports: readonly CapturedReport[]
}

/** What is posted: the page's own, and of reports the newest captures. */
export type Message =
  | Exclude<PageMessage, Reports>
  | (Omit<Reports, 'reports' | 'numbers'> & { readonly reports: readonly CapturedReport[] })

type Reports = Extract<PageMessage, { readonly type: 'reports' }>

/** Where the engine listens. */
type Port = Pick<Endpoint, 'postMessage'>

/** When a report resolved. Ms since the Unix epoch. */
export interface Moment {
  /** Wall clock. */
  readonly timestamp: number
  /** The page's own clock, which stands still while the machine sleeps. */
  readonly clock: number
}

/** As many as the queue holds: older ones have been sent, or were counted by it. */
const MAX_OUT = 20_000

export class Outbox {
  /** While true nothing is captured. */
  isPaused = false
  #nextSeq = 0
  #port: Port | null = null
  #overflow = 0
  #lost = 0
  /** What the engine at the other end of the port knows. */
  #packer = new Packer()
  readonly #waiting: Message[] = []
  readonly #uncommitted = new Map<number, CapturedEvent>()
  readonly #newest = new Map<string | null, CapturedReport>()
  /** What was posted, is not on disk yet, and is not kept here. */
  readonly #out = new Set<number>()

  /** Of the newest capture; -1 where there is none. */
  get lastSeq(): number {
    return this.#nextSeq - 1
  }

  /** The captures after this one that are not on disk yet. */
  heldSince(last: number): Held {
    const isNewer = ({ seq }: { readonly seq: number }): boolean => seq > last
    return {
      events: [...this.#uncommitted.values()].filter(isNewer),
      reports: [...this.#newest.values()].filter(isNewer),
    }
  }

  captureEvent(subject: Subject, event: string, tag: Tag, data: unknown): void {
    if (this.isPaused) return
    const captured = { seq: this.#nextSeq++, timestamp: Date.now(), ...subject, event, tag, data }
    this.#uncommitted.set(captured.seq, captured)
    if (this.#uncommitted.size > MAX_WAITING) this.#forgetOldest()
    this.post({ type: 'event', event: captured })
  }

  captureReport(subject: Subject, moment: Moment, reading: Reading): CapturedReport {
    return { seq: this.#nextSeq++, ...moment, ...subject, ...reading }
  }

  /** A partial reading of this connection would be of use there. */
  knows({ pcId }: Subject): boolean {
    return this.#packer.knows(pcId)
  }

  post(message: Message): void {
    if (message.type === 'reports') {
      for (const report of message.reports) this.#newest.set(report.pcId, report)
      // Of those who have left some may never be on disk.
      for (const pcId of this.#newest.keys()) {
        if (this.#newest.size <= MAX_WAITING) break
        this.#newest.delete(pcId)
      }
    }
    if (message.type === 'forget') this.#packer.forget(message.pcId)
    if (this.#port) return this.#send(this.#port, message)
    this.#waiting.push(message)
    if (this.#waiting.length > MAX_WAITING) this.#dropOldest()
  }

  /** The worker is up: it gets what has waited, and then everything at once. */
  connect(port: Port): void {
    this.#port = port
    this.#tell('page-buffer', this.#overflow)
    this.#tell('worker-lost', this.#lost)
    this.#overflow = 0
    this.#lost = 0
    for (const message of this.#waiting.splice(0)) this.post(message)
  }

  committed(seqs: readonly number[]): void {
    for (const seq of seqs) {
      this.#uncommitted.delete(seq)
      this.#out.delete(seq)
    }
    const committed = new Set(seqs)
    for (const [pcId, { seq }] of this.#newest) if (committed.has(seq)) this.#newest.delete(pcId)
  }

  /** The engine is dead: events that are not on disk are kept for the next one, the rest is counted as lost. */
  disconnect(): void {
    this.#port = null
    this.#packer = new Packer()
    this.#waiting.push(
      ...[...this.#uncommitted.values()].map((event) => ({ type: 'event' as const, event })),
    )
    this.#lost += this.#out.size
    this.#newest.clear()
    this.#out.clear()
  }

  /** It has been posted: only a second worker would miss it. */
  #forgetOldest(): void {
    const seq = this.#uncommitted.keys().next().value ?? 0
    this.#uncommitted.delete(seq)
    this.#remember([{ seq }])
  }

  #remember(captures: readonly { readonly seq: number }[]): void {
    for (const { seq } of captures) this.#out.add(seq)
    while (this.#out.size > MAX_OUT) this.#out.delete(this.#out.values().next().value ?? 0)
  }

  /** What cannot be cloned (a browser gives no such thing, a wrapped `getStats` may) is counted, and costs nothing else. */
  #send(port: Port, message: Message): void {
    try {
      this.#pass(port, message)
      if (message.type === 'reports') this.#remember(message.reports)
    } catch {
      this.#packer = new Packer()
      const rest = message.type === 'reports' ? message.reports.filter(isCloneable) : []
      const count = message.type === 'reports' ? message.reports.length - rest.length : 1
      this.#send(port, { type: 'dropped', reason: 'not-cloneable', count })
      if (message.type === 'reports') this.#send(port, { ...message, reports: rest })
    }
  }

  #pass(port: Port, message: Message): void {
    const posted: PageMessage =
      message.type === 'reports' ? { ...message, ...this.#packer.pack(message.reports) } : message
    port.postMessage({ [WORKER_NAME]: posted })
  }

  #tell(reason: DropReason, count: number): void {
    if (count > 0) this.post({ type: 'dropped', reason, count })
  }

  /** Settings and control stay; the oldest capture goes, and is counted. */
  #dropOldest(): void {
    const index = this.#waiting.findIndex(({ type }) => type === 'event' || type === 'reports')
    const [oldest] = this.#waiting.splice(Math.max(index, 0), 1)
    if (oldest?.type === 'event') this.#overflow += 1
    if (oldest?.type === 'reports') this.#overflow += oldest.reports.length
  }
}

function isCloneable(report: CapturedReport): boolean {
  try {
    structuredClone(report)
    return true
  } catch {
    return false
  }
}
