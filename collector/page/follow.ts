// Follows a stream of the collector: what is shown comes from it, and goes on coming while the call runs.
import type { StreamEvents } from '../src/live/views.ts'

type Handlers = {
  readonly [Name in keyof StreamEvents]?: (data: StreamEvents[Name]) => void
}

/** How a stream stands. Whatever it is but `gone`, it is tried on by itself. */
export type FollowState =
  | { readonly status: 'opening' }
  | { readonly status: 'open' }
  /** Nothing comes: the collector, or the way to it, is away. */
  | { readonly status: 'lost' }
  /** It answered, and not with a stream: 503 where too many follow already. */
  | { readonly status: 'refused'; readonly code: number }
  /** There is no such thing, or not any more. */
  | { readonly status: 'gone'; readonly reason: string }

/** What is told of a stream itself. */
export interface Following {
  readonly onState?: (state: FollowState) => void
  /** A new stream begins from the start: what came before comes again, up to its `caught-up`. */
  readonly onBegin?: () => void
}

const RETRY_MS = 5000
/** A stream may end and begin anew, as where another call has begun: a browser asks again after three seconds. */
const LOST_MS = 5000
/** A browser has six connections to an origin, for all its tabs: one that nobody sees gives its own back. */
const HIDDEN_MS = 60_000

/** `address` is relative to where the page is mounted. Returns what ends it. */
export function follow(address: string, handlers: Handlers, following: Following = {}): () => void {
  const { onState, onBegin } = following
  const url = new URL(address, document.baseURI)
  let source: EventSource | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  let hide: ReturnType<typeof setTimeout> | undefined
  let lose: ReturnType<typeof setTimeout> | undefined

  function open(): void {
    const opened = new EventSource(url)
    source = opened
    opened.addEventListener('open', () => {
      clearTimeout(lose)
      lose = undefined
      onBegin?.()
      onState?.({ status: 'open' })
    })
    opened.addEventListener('error', () => {
      if (opened.readyState === EventSource.CLOSED) void refuse(opened) // never rejects
      else lose ??= setTimeout(() => onState?.({ status: 'lost' }), LOST_MS)
    })
    for (const [name, handle] of Object.entries(handlers) as [string, (data: unknown) => void][]) {
      opened.addEventListener(name, ({ data }: MessageEvent<string>) => handle(JSON.parse(data)))
    }
    opened.addEventListener('gone', ({ data }: MessageEvent<string>) => {
      const { reason } = JSON.parse(data) as StreamEvents['gone']
      stop() // it would be asked for again and again
      onState?.({ status: 'gone', reason })
    })
  }

  /** After an answer that is no stream a browser asks no more, and does not say what the answer was. */
  async function refuse(refused: EventSource): Promise<void> {
    const state = await stateOf(url)
    if (source !== refused) return
    clearTimeout(lose)
    lose = undefined
    onState?.(state)
    retry = setTimeout(open, RETRY_MS)
  }

  function close(): void {
    clearTimeout(retry)
    clearTimeout(lose)
    lose = undefined
    source?.close()
    source = null
  }

  function look(): void {
    clearTimeout(hide)
    if (document.hidden) hide = setTimeout(close, HIDDEN_MS)
    else if (source === null) open()
  }

  function stop(): void {
    close()
    clearTimeout(hide)
    document.removeEventListener('visibilitychange', look)
  }

  document.addEventListener('visibilitychange', look)
  onState?.({ status: 'opening' })
  open()
  return stop
}

async function stateOf(url: URL): Promise<FollowState> {
  const asking = new AbortController()
  try {
    const { ok, status: code } = await fetch(url, { signal: asking.signal })
    return ok ? { status: 'lost' } : { status: 'refused', code }
  } catch {
    return { status: 'lost' } // there was no answer
  } finally {
    asking.abort() // a stream, had it begun
  }
}
