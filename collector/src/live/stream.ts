// Server-sent events to one who follows: he is told what is new as fast as he reads, and no faster than is of use.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Bell } from './bell.ts'
import type { StreamEvents } from './views.ts'

/** Writes one event; resolves when there is room for the next. */
export type Send = <Name extends keyof StreamEvents>(
  name: Name,
  data: StreamEvents[Name],
) => Promise<void>

/** Looks what there is to tell. False: there is nothing to follow, not now and not later. */
export type Look = (send: Send) => Promise<boolean>

export interface Streams {
  /** Calls `look` at once, and again whenever there may be news, but not more often than `everyMs`. */
  open(context: Context, everyMs: number, look: Look): Response
  /** Ends all of them. */
  close(): void
}

export interface StreamsOptions {
  readonly bell: Bell
  readonly maxFollowers: number
  /** What went wrong on one of them, which is ended. */
  readonly onFault: (error: unknown) => void
}

/** The server cuts a connection off that was silent for 30 s, and proxies do so after a minute. */
const HEARTBEAT_MS = 10_000
/** A browser asks again after so long. */
const RETRY_SEC = 5

export function createStreams({ bell, maxFollowers, onFault }: StreamsOptions): Streams {
  let followers = 0
  let isClosed = false
  return {
    open(context, everyMs, look) {
      if (isClosed || followers >= maxFollowers) {
        context.header('Retry-After', String(RETRY_SEC))
        return context.text('Too many follow already: try again later.', 503)
      }
      followers += 1
      context.header('X-Accel-Buffering', 'no') // nginx would hold the events back
      return streamSSE(context, async (stream) => {
        const send: Send = (name, data) =>
          stream.writeSSE({ event: name, data: JSON.stringify(data) })
        try {
          for (;;) {
            const { count } = bell
            if (!(await look(send)) || isClosed || stream.aborted) break
            await sleep(everyMs, null, { ref: false })
            if (bell.count === count) await bell.wait(HEARTBEAT_MS)
            if (isClosed || stream.aborted) break
            await stream.write(': here\n\n')
          }
        } catch (error) {
          // Here, for the stream of the adapter would write it to the console.
          onFault(error)
        } finally {
          followers -= 1
        }
      })
    },
    close() {
      isClosed = true
      bell.ring()
    },
  }
}
