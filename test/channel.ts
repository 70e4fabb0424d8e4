// The page's end of an engine's channel, on the same thread.
import { WORKER_NAME } from '../src/protocol.ts'
import type { PageMessage, WorkerMessage } from '../src/protocol.ts'
import { openPort } from '../workers/port.ts'
import type { Port } from '../workers/port.ts'

export interface Channel {
  /** The engine's end. */
  readonly port: Port
  post(message: PageMessage): void
}

export function createChannel(onMessage: (message: WorkerMessage) => void): Channel {
  const page = new EventTarget()
  const port = openPort({
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
    postMessage(data: { [WORKER_NAME]: WorkerMessage }) {
      const { [WORKER_NAME]: message } = structuredClone(data)
      queueMicrotask(() => onMessage(message))
    },
  })
  const post = (message: PageMessage): void => {
    const data = structuredClone({ [WORKER_NAME]: message })
    queueMicrotask(() => page.dispatchEvent(new MessageEvent('message', { data })))
  }
  return { port, post }
}
