// Server-sent events to those who follow: each is told what is new as fast as he reads, and no faster than is of use.
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { Clock } from '../streams/clock.ts'
import type { Bell } from './bell.ts'
import { pause } from './pause.ts'
import type { StreamEvents } from './views.ts'

/** Looks what there is to tell, and tells it, as events in text. False: nothing more comes on this stream. */
export type Look = () => AsyncGenerator<string, boolean>

export interface Streams {
  /** Looks at once, and again whenever there may be news, but not more often than `everyMs`. */
  open(context: Context, everyMs: number, look: Look): Response
  /** Ends all of them, and opens no more. */
  close(): void
}

export interface StreamsOptions {
  readonly bell: Bell
  readonly maxFollowers: number
  readonly clock: Clock
  /** What went wrong on one of them, which is ended: the browser asks again. */
  readonly onFault: (error: unknown) => void
}

/** The server cuts a connection off that was silent for 30 s, and proxies do so after a minute. */
const HEARTBEAT_MS = 10_000
/** Who has not read for so long is gone, or asleep: another one may have his place. */
const UNREAD_MS = 30_000
const RETRY_SEC = 5

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/event-stream',
  // Nobody on the way keeps it, packs it or holds it back (the last one is for nginx).
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
}

export function eventOf<Name extends keyof StreamEvents>(
  name: Name,
  data: StreamEvents[Name],
): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

export function goneEvent(what: string): string {
  return eventOf('gone', { reason: `There is no such ${what}, or not any more.` })
}

export function createStreams({ bell, maxFollowers, clock, onFault }: StreamsOptions): Streams {
  /** What ends them. */
  const followers = new Set<() => void>()
  let isClosed = false

  async function* tell(everyMs: number, look: Look, signal: AbortSignal) {
    let toldAt = clock.now()
    try {
      while (!signal.aborted) {
        const { count } = bell
        const news = look()
        for (;;) {
          const { done, value } = await news.next()
          if (signal.aborted || (done && !value)) return
          if (done) break
          yield value
          toldAt = clock.now()
        }
        await pause(clock, everyMs, signal)
        if (bell.count === count) await bell.wait(HEARTBEAT_MS, signal)
        if (signal.aborted) return
        if (Math.abs(clock.now() - toldAt) < HEARTBEAT_MS) continue
        yield ': here\n\n'
        toldAt = clock.now()
      }
    } catch (error) {
      onFault(error)
    }
  }

  return {
    open(context, everyMs, look) {
      if (isClosed || followers.size >= maxFollowers) {
        context.header('Retry-After', String(RETRY_SEC))
        return context.text('Too many follow already: try again later.', 503)
      }
      // Nobody would ever read it, or leave.
      if (context.req.method === 'HEAD') return context.body(null, 200, HEADERS)
      const { outgoing } = (context.env ?? {}) as Partial<HttpBindings>
      const leaving = new AbortController()
      const texts = tell(everyMs, look, leaving.signal)
      const end = (): void => {
        followers.delete(end)
        isRead()
        leaving.abort()
        void texts.return()
        // An answer that somebody does not read has no end.
        if (outgoing?.writableNeedDrain) outgoing.destroy()
      }
      let isRead = clock.after(UNREAD_MS, end)
      followers.add(end)
      const source: UnderlyingDefaultSource<Uint8Array> = {
        async pull(controller) {
          isRead()
          const { done, value } = await texts.next()
          if (!done) {
            controller.enqueue(Buffer.from(value))
            isRead = clock.after(UNREAD_MS, end)
            return
          }
          end()
          controller.close()
        },
        cancel: end,
      }
      // Nothing is read ahead of him.
      return context.body(new ReadableStream(source, { highWaterMark: 0 }), 200, HEADERS)
    },
    close() {
      isClosed = true
      for (const end of followers) end()
    },
  }
}
