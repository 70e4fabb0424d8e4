// One socket, from its dial to its end: a hello, a welcome, frames, and a ping now and then.
import type { ClientFrame, Hello } from '../src/frames.ts'

/** What is used of a browser's WebSocket. */
export interface WebSocketLike {
  readonly bufferedAmount: number
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(): void
  addEventListener(
    type: 'open' | 'message' | 'error' | 'close',
    listener: (event: { readonly type: string; readonly data?: unknown }) => void,
  ): void
}

export interface Timer {
  /** Calls once after so many ms; returns the cancellation. */
  after(ms: number, call: () => void): () => void
}

export interface LineParts {
  readonly href: string
  readonly place: string
  readonly clock: Timer
  readonly open: (url: string) => WebSocketLike
  /** Asked when the socket is open. */
  readonly hello: () => Hello
  /** A frame that says what it is; nothing else in it is known to be true. */
  readonly onFrame: (frame: AnyFrame, text: string) => void
  /** Once, unless it is closed from here. */
  readonly onEnd: (error: Error) => void
}

/** A frame as it came: of its members only the type is checked. */
export interface AnyFrame {
  readonly type: string
  readonly [member: string]: unknown
}

export interface Line {
  readonly bufferedAmount: number
  send(bytes: Uint8Array<ArrayBuffer>): void
  close(): void
}

const DIAL_LIMIT_MS = 10_000
/** Proxies cut what is silent for 30 or 60 s. */
const PING_EVERY_MS = 25_000
const PONG_LIMIT_MS = 10_000
/** A frame has nothing to say beyond this. */
const MAX_FRAME_CHARS = 262_144

/** Dials at once. */
export function openLine(parts: LineParts): Line {
  const { href, place, clock, onFrame, onEnd } = parts
  let socket: WebSocketLike | null = null
  let isWelcome = false
  let isOver = false
  let cancelPing = (): void => {}
  let cancelSilence = clock.after(DIAL_LIMIT_MS, () => end(`no welcome in ${DIAL_LIMIT_MS} ms`))

  function close(): void {
    isOver = true
    cancelPing()
    cancelSilence()
    try {
      socket?.close()
    } catch {
      // It was never open.
    }
  }

  function end(reason: string, cause?: unknown): void {
    if (isOver) return
    close()
    const what = isWelcome ? 'was lost' : 'could not be opened'
    onEnd(new Error(`the socket to ${place} ${what}: ${reason}`, { cause }))
  }

  function put(data: string | Uint8Array<ArrayBuffer>): void {
    try {
      socket?.send(data)
    } catch (cause) {
      end('it takes nothing', cause)
    }
  }

  const say = (frame: ClientFrame): void => put(JSON.stringify(frame))

  function ping(): void {
    cancelPing = clock.after(PING_EVERY_MS, ping)
    cancelSilence = clock.after(PONG_LIMIT_MS, () => end(`silent for ${PONG_LIMIT_MS} ms`))
    say({ type: 'ping' })
  }

  function hear(data: unknown): void {
    if (isWelcome) cancelSilence()
    const frame = typeof data === 'string' ? readFrame(data) : null
    if (!frame) return
    if (frame.type === 'welcome') {
      if (isWelcome) return
      isWelcome = true
      cancelSilence()
      cancelPing = clock.after(PING_EVERY_MS, ping)
    }
    onFrame(frame, data as string)
  }

  try {
    socket = parts.open(href)
    socket.addEventListener('open', () => say(parts.hello()))
    socket.addEventListener('message', ({ data }) => {
      if (!isOver) hear(data)
    })
    socket.addEventListener('error', () => end('it failed'))
    socket.addEventListener('close', () => end('it was closed'))
  } catch (cause) {
    // Not at once: who dials has no line yet.
    cancelSilence()
    cancelSilence = clock.after(0, () => end('it may not be opened', cause))
  }

  return {
    get bufferedAmount() {
      return socket?.bufferedAmount ?? 0
    },
    send: put,
    close,
  }
}

/** Null for what is no frame. */
function readFrame(text: string): AnyFrame | null {
  if (text.length > MAX_FRAME_CHARS) return null
  try {
    const frame: Partial<AnyFrame> | null = JSON.parse(text)
    return typeof frame?.type === 'string' ? (frame as AnyFrame) : null
  } catch {
    return null
  }
}
