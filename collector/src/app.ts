// The collector as a web-standard handler: what it takes, what it answers, what can be looked at.
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { readBody } from './ingest/body.ts'
import { bearerOf, WRONG_KEY, WRONG_ORIGIN } from './ingest/gate.ts'
import { failureLine, refusalLine } from './line.ts'
import { resolveOptions } from './options.ts'
import type { CollectorOptions } from './options.ts'
import { createReceive } from './ingest/receive.ts'

/** Chromium keeps a preflight for two hours at most. */
const PREFLIGHT_SECONDS = 7200

/** A collector that keeps what it is sent. `collector.fetch` is a `(Request) => Response`. */
export function createCollector(options: CollectorOptions): Hono {
  const { corsOrigins } = options
  const settings = resolveOptions(options)
  const { log, store, maxBodyBytes, gate } = settings
  const receive = createReceive(settings)
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
    const refuse = (code: 400 | 401 | 403 | 413 | 415, reason: string) => {
      log(refusalLine(code, reason))
      return context.text(reason, code)
    }
    const { req } = context
    if (!gate.takesOrigin(req.header('origin'))) return refuse(403, WRONG_ORIGIN)
    // A beacon can carry no header: its key stands in the address, and the address in no line of ours.
    if (!gate.takesKey([bearerOf(req.header('authorization')), req.query('key')])) {
      context.header('WWW-Authenticate', 'Bearer')
      return refuse(401, WRONG_KEY)
    }
    const body = await readBody(req.raw, maxBodyBytes)
    if (body.status === 'refused') return refuse(body.code, body.reason)
    const receipt = await receive(body)
    if (receipt.status === 'refused') return refuse(receipt.code, receipt.reason)
    const { kept, rejected } = receipt
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
    log(failureLine(error))
    return context.text('The collector failed on this request.', 500)
  })

  return app
}
