// The worker's end of the one port that captures come in on, and what the app listens to goes out on.
import type { PageMessage, Raised, TailBytes, WorkerMessage } from '../src/protocol.ts'

export interface Port {
  /** Messages posted so far. */
  readonly posted: number
  pull(
    tick: number,
    intervalMs: number,
    committed: readonly number[],
    tail: TailBytes | undefined,
  ): void
  later(tail: TailBytes): void
  /** Does the app listen to this event? */
  isListened(name: string): boolean
  /** Crosses only where somebody listens; an `error` always does. */
  raise(raised: Raised): void
  /** Resolves when so many messages of the page have been taken in. */
  caughtUp(count: number): Promise<void>
}

/** Takes the messages in the order in which they were posted. */
export function openPort(port: MessagePort, take: (message: PageMessage) => void): Port {
  let posted = 0
  let received = 0
  let listened: ReadonlySet<string> = new Set()
  const waiting: { count: number; resolve: () => void }[] = []

  port.onmessage = ({ data }: MessageEvent<PageMessage>) => {
    received++
    if (data.type === 'listen') listened = new Set(data.events)
    else take(data)
    while (waiting[0] && waiting[0].count <= received) waiting.shift()?.resolve()
  }

  function post(message: WorkerMessage, tail?: TailBytes): void {
    posted++
    port.postMessage(message, tail?.bytes ? [tail.bytes.buffer] : [])
  }

  function isWanted(raised: Raised): boolean {
    if (raised.name === 'error') return true
    if (raised.name !== 'item') return listened.has(raised.name)
    return listened.has('timeline') || listened.has(raised.item.event)
  }

  return {
    get posted() {
      return posted
    },
    isListened: (name) => listened.has(name),
    pull: (tick, intervalMs, committed, tail) =>
      post({ type: 'pull', tick, intervalMs, committed, ...(tail && { tail }) }, tail),
    later: (tail) => post({ type: 'later', tail }, tail),
    raise(raised) {
      if (isWanted(raised)) post({ type: 'raise', raised })
    },
    caughtUp(count) {
      if (received >= count) return Promise.resolve()
      return new Promise((resolve) => {
        waiting.push({ count, resolve })
        waiting.sort((one, other) => one.count - other.count)
      })
    },
  }
}
