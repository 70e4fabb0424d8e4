// The collector as a web-standard handler: what it takes, what it answers, what can be looked at.
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { readBody } from './body.ts'
import { checkBatch } from './check.ts'
import { batchLine, printable } from './line.ts'
import { MemoryStore } from './store.ts'

export interface CollectorOptions {
  /** Gets one line per batch and one per refusal. */
  readonly log: (line: string) => void
  /** Where it is kept. @default a MemoryStore with its default bounds */
  readonly store?: MemoryStore
  /** Origins of pages that may send; others get 403. @default all */
  readonly corsOrigins?: readonly string[]
  /** Limit of a body's JSON, compressed and inflated. @default 4194304 */
  readonly maxBodyBytes?: number
  /** ms since the Unix epoch. @default Date.now */
  readonly now?: () => number
}

const MAX_BODY_BYTES = 4 * 1024 * 1024
/** Chromium keeps a preflight for two hours at most. */
const PREFLIGHT_SECONDS = 7200
/** Characters of a reason in the log. */
const MAX_LOGGED = 300

/** A collector that keeps what it is sent. `collector.fetch` is a `(Request) => Response`. */
export function createCollector(options: CollectorOptions): Hono {
  const { log, corsOrigins, maxBodyBytes = MAX_BODY_BYTES, now = Date.now } = options
  const store = options.store ?? new MemoryStore({}, now)
  const app = new Hono()

  app.use(
    cors({
      origin: corsOrigins ? [...corsOrigins] : '*',
      allowMethods: ['GET', 'POST'],
      // Across origins a client reads only what is exposed.
      exposeHeaders: ['Retry-After'],
      maxAge: PREFLIGHT_SECONDS,
    }),
  )

  app.post('/ingest', async (context) => {
    const refuse = (code: 400 | 403 | 413 | 415, reason: string) => {
      log(`refused with ${code}: ${printable(reason, MAX_LOGGED)}`)
      return context.text(reason, code)
    }
    const origin = context.req.header('origin')
    if (corsOrigins && origin !== undefined && !corsOrigins.includes(origin)) {
      return refuse(403, 'This origin may not send here.')
    }
    const body = await readBody(context.req.raw, maxBodyBytes)
    if (body.status === 'refused') return refuse(body.code, body.reason)
    const checked = checkBatch(body.value)
    if (checked.status === 'refused') return refuse(checked.code, checked.reason)

    const { arrival, rejected } = checked
    const kept = store.put(arrival)
    const { bytes, isGzip } = body
    log(batchLine({ at: now(), arrival, kept, rejected: rejected.length, bytes, isGzip }))
    return context.json({ accepted: kept.accepted, duplicates: kept.duplicates, rejected })
  })

  app.get('/sessions', (context) => {
    return context.json({ sessions: store.sessions(), evicted: store.totals().evicted })
  })

  app.get('/sessions/:id', (context) => {
    const session = store.session(context.req.param('id'))
    return session ? context.json(session) : context.text('No such session.', 404)
  })

  app.get('/healthz', (context) => context.json({ ok: true, ...store.totals() }))

  app.notFound((context) => {
    return context.text('Nothing here: POST /ingest, GET /sessions, /sessions/:id, /healthz.', 404)
  })

  app.onError((error, context) => {
    log(`failed: ${printable(error.message, MAX_LOGGED)}`)
    return context.text('The collector failed on this request.', 500)
  })

  return app
}
