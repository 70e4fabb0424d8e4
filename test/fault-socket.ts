// The fault collector's WebSocket: it takes batches as told, and remembers what each client said.
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { Ack, ClientFrame, Hello, Nack, ServerFrame } from '../src/frames.ts'
import { decode, keep, note } from './fault-ledger.ts'
import type { Books, SentBatch } from './fault-ledger.ts'

/** What happens to one dial. An empty one is welcomed, and told truly what is kept. */
export interface Dial {
  /** The upgrade is answered by this status. */
  readonly refuse?: number
  /** To the hello, instead of a welcome. */
  readonly nack?: Omit<Nack, 'type' | 'batchId'>
  /** False: the hello gets no answer. @default true */
  readonly welcome?: boolean
  /** @default 4 */
  readonly window?: number
  /** @default 1,000,000 */
  readonly maxBytes?: number
  /** False: nothing is said to be kept. @default true */
  readonly have?: boolean
  /** False: a ping gets no answer. @default true */
  readonly pong?: boolean
  /** Said as they are before the welcome, whatever they are. */
  readonly says?: readonly string[]
}

/** What happens to one batch. An empty step keeps it and acks it. */
export interface SocketStep {
  /** @default true, unless there is a nack */
  readonly keep?: boolean
  /** How often it is acked, or nacked; 0: nothing is said. @default 1 */
  readonly times?: number
  /** Before the answer. */
  readonly delayMs?: number
  /** The answer waits until so many are held, and then the last one goes first. */
  readonly hold?: number
  readonly nack?: Omit<Nack, 'type' | 'batchId'>
  /** Named in the ack and not kept. */
  readonly rejected?: Ack['rejected']
  /** After that the socket is gone, without a farewell. */
  readonly dies?: boolean
  /** After that nothing more is read. */
  readonly stopsReading?: boolean
  /** Said as they are before the answer, whatever they are. */
  readonly says?: readonly string[]
}

/** Successive ones, in the order in which they arrive, whatever socket they come by. */
export interface SocketScript {
  /** The last for ever. */
  readonly dials?: readonly Dial[]
  readonly steps?: readonly SocketStep[]
  /** From the `first` step again, the `last` for ever, or `ok`: an empty step. @default 'last' */
  readonly next?: 'first' | 'last' | 'ok'
}

/** What one client said on one socket. */
export interface DialRecord {
  /** Path and query of the upgrade. */
  readonly url: string
  hello: Hello | null
  /** In the order of coming: `hello`, `ping`, or the id of a batch. */
  readonly frames: string[]
  /** Batches without an answer at one time. */
  unansweredAtMost: number
  isOpen: boolean
}

export interface Sockets {
  readonly dials: DialRecord[]
  follow(script: SocketScript): void
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void
  /** Cuts all of them. */
  close(): void
}

export function createSockets(books: Books): Sockets {
  const server = new WebSocketServer({ noServer: true })
  const dials: DialRecord[] = []
  /** Batches kept whole. */
  const whole = new Set<string>()
  let script: SocketScript = {}
  let dialled = 0
  let batches = 0
  let held: (() => void)[] = []

  function nextStep(): SocketStep {
    const { steps = [], next = 'last' } = script
    const index = batches++
    if (index < steps.length || next === 'ok') return steps[index] ?? {}
    return (next === 'first' ? steps[index % steps.length] : steps.at(-1)) ?? {}
  }

  function serve(socket: WebSocket, request: IncomingMessage, dial: Dial): void {
    const record = newRecord(request)
    let unanswered = 0
    dials.push(record)
    socket.on('error', () => {}) // a client may do anything
    socket.on('close', () => {
      record.isOpen = false
    })
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) take(data)
      else hear(JSON.parse(data.toString()) as ClientFrame)
    })

    const say = (frame: ServerFrame): void => socket.send(JSON.stringify(frame))

    function hear(frame: ClientFrame): void {
      record.frames.push(frame.type)
      if (frame.type === 'ping') {
        if (dial.pong !== false) say({ type: 'pong' })
        return
      }
      record.hello = frame
      for (const text of dial.says ?? []) socket.send(text)
      if (dial.nack) return say({ type: 'nack', batchId: null, ...dial.nack })
      if (dial.welcome === false) return
      const have = dial.have === false ? [] : frame.pending.filter((id) => whole.has(id))
      const { window = 4, maxBytes = 1_000_000 } = dial
      say({ type: 'welcome', have, window, maxBytes })
    }

    function take(body: Buffer): void {
      const step = nextStep()
      const batch = decode(body)
      const { batchId = '' } = batch
      record.frames.push(batchId)
      record.unansweredAtMost = Math.max(record.unansweredAtMost, ++unanswered)
      if (step.keep ?? !step.nack) store(batch, step.rejected)
      const { times = 1, hold = 0, nack, rejected } = step
      note(books, { method: 'WS', headers: request.headers }, statusOf(step), body.length, batch)
      const answer: ServerFrame = nack
        ? { type: 'nack', batchId, ...nack }
        : { type: 'ack', batchId, ...(rejected && { rejected }) }
      const finish = (): void => {
        for (const text of step.says ?? []) socket.send(text)
        if (times > 0) unanswered -= 1
        for (let time = 0; time < times; time += 1) say(answer)
        if (step.dies) socket.terminate()
        if (step.stopsReading) socket.pause()
      }
      if (hold === 0) return void (step.delayMs ? setTimeout(finish, step.delayMs) : finish())
      held.push(finish)
      if (held.length >= hold) for (const go of held.splice(0).reverse()) go()
    }
  }

  function store(batch: SentBatch, rejected: Ack['rejected'] = []): void {
    const refused = new Set(rejected.map(({ index }) => index))
    books.bodies.push(batch)
    keep(books, { ...batch, items: batch.items.filter((_, index) => !refused.has(index)) })
    if (refused.size === 0) whole.add(batch.batchId ?? '')
  }

  return {
    dials,
    follow(told) {
      script = told
      dialled = 0
      batches = 0
      held = []
    },
    upgrade(request, socket, head) {
      const dial = script.dials?.[dialled] ?? script.dials?.at(-1) ?? {}
      dialled += 1
      socket.on('error', () => {}) // a client may go away at any time
      if (dial.refuse === undefined) {
        return server.handleUpgrade(request, socket, head, (it) => serve(it, request, dial))
      }
      dials.push({ ...newRecord(request), isOpen: false })
      socket.end(
        `HTTP/1.1 ${dial.refuse} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      )
    },
    close() {
      for (const client of server.clients) client.terminate()
    },
  }
}

function newRecord({ url = '' }: IncomingMessage): DialRecord {
  return { url, hello: null, frames: [], unansweredAtMost: 0, isOpen: true }
}

/** As the same would be in HTTP; 0 where there is no answer. */
function statusOf({ times = 1, nack }: SocketStep): number {
  if (times === 0) return 0
  return nack ? (nack.code ?? 503) : 200
}
