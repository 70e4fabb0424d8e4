// The worker's end of the channel: captures come in on it, and what the app listens to goes out.
import type { Endpoint } from 'comlink'
import { WORKER_NAME } from '../src/protocol.ts'
import type { PageMessage, Raised, TailBytes, WorkerMessage } from '../src/protocol.ts'

export interface Port {
  /** From now on messages are taken, in the order in which they were posted; first those that have waited for it. */
  open(take: (message: PageMessage) => void): void
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
}

interface Posted {
  readonly [WORKER_NAME]: PageMessage
}

export function openPort(channel: Endpoint): Port {
  const waiting: PageMessage[] = []
  let take = (message: PageMessage): void => void waiting.push(message)
  let listened: ReadonlySet<string> = new Set()

  channel.addEventListener('message', (event) => {
    const message = (event as MessageEvent<Partial<Posted> | null>).data?.[WORKER_NAME]
    if (message?.type === 'listen') listened = new Set(message.events)
    else if (message) take(message)
  })

  function post(message: WorkerMessage, tail?: TailBytes): void {
    channel.postMessage({ [WORKER_NAME]: message }, tail?.bytes ? [tail.bytes.buffer] : [])
  }

  function isWanted(raised: Raised): boolean {
    if (raised.name === 'error') return true
    if (raised.name !== 'item') return listened.has(raised.name)
    return listened.has('timeline') || listened.has(raised.item.event)
  }

  return {
    open(next) {
      take = next
      for (const message of waiting.splice(0)) take(message)
    },
    isListened: (name) => listened.has(name),
    pull: (tick, intervalMs, committed, tail) =>
      post({ type: 'pull', tick, intervalMs, committed, ...(tail && { tail }) }, tail),
    later: (tail) => post({ type: 'later', tail }, tail),
    raise(raised) {
      if (isWanted(raised)) post({ type: 'raise', raised })
    },
  }
}
