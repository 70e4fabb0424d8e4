// The collector as a web-standard handler: what it takes, what it answers, what can be looked at.
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { readBody } from './ingest/body.ts'
import { bearerOf, WRONG_KEY, WRONG_ORIGIN } from './ingest/gate.ts'
import { failedEvent } from './log.ts'
import { NOWHERE } from './facts.ts'
import type { Receive } from './ingest/receive.ts'
import type { Settings } from './options.ts'
import { sessionResponse } from './session-response.ts'
import type { Store } from './store/store.ts'

/** Chromium keeps a preflight for two hours at most. */
const PREFLIGHT_SECONDS = 7200

/** Sessions in one answer. */
const MAX_SESSIONS = 1000

export interface AppParts {
  readonly settings: Settings
  readonly store: Store
  readonly receive: Receive
  /** Undefined: every page may send. */
  readonly corsOrigins: readonly string[] | undefined
}

/** What a collector answers. `app.fetch` is a `(Request) => Response`. */
export function createApp({ settings, store, receive, corsOrigins }: AppParts): Hono {
  const { tell, maxBodyBytes, gate } = settings
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
      tell({ event: 'refused', code, reason })
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
    const receipt = await receive(body, NOWHERE)
    if (receipt.status === 'refused') return refuse(receipt.code, receipt.reason)
    const { kept, rejected } = receipt
    return context.json({ accepted: kept.accepted, duplicates: kept.duplicates, rejected })
  })

  app.get('/sessions', async (context) => {
    const sessions = await store.sessions(MAX_SESSIONS)
    return context.json({ sessions, evicted: (await store.totals()).evicted })
  })

  app.get('/sessions/:id', async (context) => {
    const session = await store.session(context.req.param('id'))
    return session ? sessionResponse(session) : context.text('No such session.', 404)
  })

  app.get('/healthz', async (context) => context.json({ ok: true, ...(await store.totals()) }))

  app.notFound((context) => {
    return context.text('Nothing here: POST /ingest, GET /sessions, /sessions/:id, /healthz.', 404)
  })

  app.onError((error, context) => {
    tell(failedEvent(error))
    return context.text('The collector failed on this request.', 500)
  })

  return app
}
