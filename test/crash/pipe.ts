// The Chrome DevTools Protocol over a pair of pipes: JSON messages, each followed by a NUL.
import type { Readable, Writable } from 'node:stream'
import { within } from '../engines/engine.ts'

interface CdpEvent {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  /** Of the target that it comes from; absent for the browser itself. */
  readonly sessionId?: string
}

export interface Pipe {
  /** Rejects with the browser's complaint, when the pipe ends, or without an answer in time. */
  send<Result = unknown>(method: string, params?: object, sessionId?: string): Promise<Result>
  /** Returns the unsubscribe. */
  on(listener: (event: CdpEvent) => void): () => void
  /** The browser is gone: all that is open fails, and so does all that comes. */
  end(reason: string): void
}

interface Answer {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

const ANSWER_LIMIT_MS = 30_000

export function openPipe(input: Writable, output: Readable): Pipe {
  const waiting = new Map<number, Waiting>()
  const listeners = new Set<(event: CdpEvent) => void>()
  let lastId = 0
  let ended: string | null = null

  function end(reason: string): void {
    ended ??= reason
    for (const { reject } of waiting.values()) reject(new Error(ended))
    waiting.clear()
  }

  function take(message: Answer & CdpEvent): void {
    if (message.id === undefined) {
      for (const listener of listeners) listener(message)
      return
    }
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.error) asked?.reject(new Error(message.error.message))
    else asked?.resolve(message.result)
  }

  readMessages(output, (text) => take(JSON.parse(text) as Answer & CdpEvent))
  output.on('close', () => end('the browser has closed its pipe'))
  for (const stream of [input, output]) stream.on('error', ({ message }) => end(message))

  return {
    end,
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    send<Result>(method: string, params: object = {}, sessionId?: string) {
      const answer = new Promise<unknown>((resolve, reject) => {
        if (ended !== null) return reject(new Error(ended))
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
      })
      return within(ANSWER_LIMIT_MS, method, answer) as Promise<Result>
    },
  }
}

function readMessages(output: Readable, take: (text: string) => void): void {
  let rest = ''
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (rest + chunk).split('\0')
    rest = messages.pop() ?? ''
    for (const message of messages) take(message)
  })
}
