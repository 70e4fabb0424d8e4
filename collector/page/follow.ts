// Follows a stream of the collector: what is shown comes from it, and goes on coming while the call runs.
import type { StreamEvents } from '../src/live/views.ts'

type Handlers = {
  readonly [Name in keyof StreamEvents]?: (data: StreamEvents[Name]) => void
}

export interface Following {
  /** Called when nothing comes any more, and when it does again: the browser tries on by itself. */
  readonly onState?: (isOpen: boolean) => void
  /** A new stream begins from the start: what came before comes again. */
  readonly onBegin?: () => void
}

/** `address` is relative to where the page is mounted. Returns what ends it. */
export function follow(address: string, handlers: Handlers, following: Following = {}): () => void {
  const { onState, onBegin } = following
  const source = new EventSource(new URL(address, document.baseURI))
  source.addEventListener('open', () => {
    onBegin?.()
    onState?.(true)
  })
  source.addEventListener('error', () => onState?.(false))
  for (const [name, handle] of Object.entries(handlers) as [string, (data: unknown) => void][]) {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => handle(JSON.parse(data)))
  }
  // It would be asked for again and again.
  source.addEventListener('gone', () => source.close())
  return () => source.close()
}
