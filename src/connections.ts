// All connections of one exporter: who is monitored, and the one reading of all of them that a pull asks for.
import type { Outbox, Subject } from './outbox.ts'
import { Connection } from './peer.ts'
import type { ConnectionEvents } from './peer.ts'
import type { CapturedReport } from './protocol.ts'
import { Reader } from './serialize.ts'
import { within } from './time.ts'

/** After this a peer leaves without a last sample of the connections whose `getStats()` still hangs. */
const READ_LIMIT_MS = 2000

export class Connections {
  readonly #outbox: Outbox
  readonly #isAlwaysFull: boolean
  readonly #events: ConnectionEvents
  readonly #monitored = new Set<Connection>()
  readonly #removals = new Set<Promise<void>>()
  #count = 0
  #giveUp = (): void => {}

  /** @param isAlwaysFull each reading has all stats, in the order of the report */
  constructor(outbox: Outbox, isAlwaysFull: boolean, events: ConnectionEvents) {
    this.#outbox = outbox
    this.#isAlwaysFull = isAlwaysFull
    this.#events = events
  }

  /** The same connection again is a no-op. */
  add(peerId: string, peerName: string, pc: RTCPeerConnection): void {
    if (this.connections().includes(pc)) return
    const subject: Subject = { peerId, peerName, pcId: `pc${++this.#count}` }
    const reader = new Reader(this.#isAlwaysFull)
    this.#monitored.add(new Connection(subject, pc, this.#outbox, reader, this.#events))
  }

  /**
   * Gone from `peerIds()` at once; resolves when the last sample of its connections is taken. `isEnd`: with all others.
   */
  async remove(peerId: string, isEnd = false): Promise<void> {
    const removal = this.#remove(peerId, isEnd)
    this.#removals.add(removal)
    await removal
    this.#removals.delete(removal)
  }

  /** Resolves when the last sample of every connection is taken, of those too that were on their way out. */
  async removeAll(): Promise<void> {
    for (const { subject } of this.#monitored) void this.remove(subject.peerId ?? '', true) // it never rejects
    await Promise.all(this.#removals)
  }

  async #remove(peerId: string, isEnd: boolean): Promise<void> {
    const leaving = [...this.#monitored].filter(({ subject }) => subject.peerId === peerId)
    for (const connection of leaving) this.#monitored.delete(connection)
    const reading = startReading(leaving)
    if ((await within(READ_LIMIT_MS, reading.all, null)) === null) reading.giveUp()
    const reports = takeAll(leaving)
    if (reports.length > 0) this.#outbox.post({ type: 'reports', tick: null, reports })
    for (const connection of leaving) this.#letGo(connection, isEnd)
  }

  /**
   * One reading of every connection, each report in a task of its own; `take()` has what it gave. One that the app has
   * closed says so, once, and is monitored no longer.
   */
  read(): Promise<void> {
    for (const connection of this.#monitored) {
      if (!connection.isClosed) continue
      this.#monitored.delete(connection)
      this.#letGo(connection, false)
    }
    const { all, giveUp } = startReading([...this.#monitored])
    return new Promise((resolve) => {
      this.#giveUp = () => {
        giveUp()
        resolve()
      }
      void all.then(() => resolve()) // it never rejects
    })
  }

  /** `read()` has lasted too long: it ends, without the connections whose `getStats()` still hangs. */
  giveUp(): void {
    this.#giveUp()
  }

  /** Each report once: whoever takes one posts it in the same step, so that nobody else need wait for that. */
  take(): readonly CapturedReport[] {
    return takeAll(this.#monitored)
  }

  noticeStates(): void {
    for (const connection of this.#monitored) connection.noticeStates()
  }

  peerIds(): string[] {
    const open = [...this.#monitored].filter((connection) => !connection.isClosed)
    return [...new Set(open.map(({ subject }) => subject.peerId ?? ''))]
  }

  connections(): RTCPeerConnection[] {
    return [...this.#monitored].map(({ pc }) => pc)
  }

  /** `isEnd`: of all, and the worker is to say how the call was of those who were there until then. */
  #letGo(connection: Connection, isEnd: boolean): void {
    connection.stop()
    connection.noticeStates()
    this.#outbox.captureEvent(connection.subject, 'peerRemoved', 'peer', null)
    if (!isEnd) this.#outbox.post({ type: 'forget', pcId: connection.subject.pcId ?? '' })
  }
}

function startReading(connections: readonly Connection[]) {
  const reads = connections.map((connection) => ({ connection, read: connection.read() }))
  return {
    all: Promise.all(reads.map(({ read }) => read)),
    giveUp(): void {
      for (const { connection, read } of reads) connection.giveUp(read)
    },
  }
}

function takeAll(connections: Iterable<Connection>): CapturedReport[] {
  return [...connections].flatMap((connection) => connection.takeReport() ?? [])
}
