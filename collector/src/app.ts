// The collector as a web-standard handler: what it takes, what it answers, what can be looked at.
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { serveDownloads } from './downloads/routes.ts'
import { readBody } from './ingest/body.ts'
import type { Refusal } from './ingest/body.ts'
import type { Hold } from './ingest/hold.ts'
import { bearerOf, WRONG_KEY, WRONG_ORIGIN } from './ingest/gate.ts'
import { TOO_FAST } from './ingest/rate.ts'
import type { Receipt, Receive } from './ingest/receive.ts'
import type { Source } from './ingest/source.ts'
import { NOWHERE } from './facts.ts'
import { openPage, wantsPage } from './live/page.ts'
import { createLive } from './live/routes.ts'
import type { Streams } from './live/stream.ts'
import { failedEvent } from './log.ts'
import type { Exposition } from './metrics/meter.ts'
import type { Settings } from './options.ts'
import { agentOf } from './rooms/agent.ts'
import type { Rooms } from './rooms/rooms.ts'
import { createReading } from './session-response.ts'
import type { Store } from './store/store.ts'

/** Chromium keeps a preflight for two hours at most. */
const PREFLIGHT_SECONDS = 7200

/** For the bodies of others to be answered. */
const RETRY_SEC = 5
/** Of sessions, at once. */
const MAX_READERS = 8
/** Sessions in one answer. */
const MAX_SESSIONS = 1000
/** Where the adapter of Node does not hand its own request along. */
const NOBODY: Source = { network: null, location: NOWHERE }

const NOTHING_HERE = [
  'Nothing here: POST /ingest, GET /, /sessions, /sessions/:id, /sessions/:id/items.jsonl,',
  '/sessions/:id/rooms.json, /sessions/:id/rtcstats-dump, /healthz, /metrics.',
].join(' ')

export interface AppParts {
  readonly settings: Settings
  readonly store: Store
  readonly receive: Receive
  readonly rooms: Pick<Rooms, 'counts' | 'ofSession' | 'records'>
  readonly streams: Streams
  readonly expose: () => Promise<Exposition>
}

/**
 * What a collector answers. `app.fetch` is a `(Request) => Response`; how fast one address may ask, and where it is,
 * is known only where the adapter of Node hands its own request along.
 */
export function createApp(parts: AppParts): Hono {
  const { settings, store, receive, rooms, streams, expose } = parts
  const { tell, maxBodyBytes: maxBytes, gate, corsOrigins } = settings
  const app = new Hono()
  const sourceOf = (env: unknown): Source => {
    const { incoming } = (env ?? {}) as Partial<HttpBindings>
    return incoming ? settings.sourceOf(incoming) : NOBODY
  }

  app.use(
    // Nobody needs to read the rest across origins, and what is kept is for no website that somebody happens to visit.
    '/ingest',
    cors({
      origin: corsOrigins ? [...corsOrigins] : '*',
      allowMethods: ['POST'],
      // Across origins a client reads only what is exposed.
      exposeHeaders: ['Retry-After'],
      maxAge: PREFLIGHT_SECONDS,
    }),
  )

  app.use(async (context, next) => {
    const verdict = settings.rates(sourceOf(context.env).network)
    if (verdict.status === 'ok') return next()
    tell({ event: 'refused', code: 429, reason: TOO_FAST }, verdict.isNews)
    context.header('Retry-After', String(Math.ceil(verdict.retryAfterMs / 1000)))
    return context.text(TOO_FAST, 429)
  })

  app.post('/ingest', async (context) => {
    const refuse = (code: 400 | 401 | 403 | 413 | 415 | 503, reason: string) => {
      tell({ event: 'refused', code, reason })
      if (code === 503) context.header('Retry-After', String(RETRY_SEC))
      return context.text(reason, code)
    }
    const { req } = context
    if (!gate.takesOrigin(req.header('origin'))) return refuse(403, WRONG_ORIGIN)
    // A beacon can carry no header: its key stands in the address, and the address in no line of ours.
    if (!gate.takesKey([bearerOf(req.header('authorization')), req.query('key')])) {
      context.header('WWW-Authenticate', 'Bearer')
      return refuse(401, WRONG_KEY)
    }
    const { network, location } = sourceOf(context.env)
    const hold = settings.openHold(network)
    const limits = { maxBytes, hold, source: network }
    try {
      // No name for the parsed body here: it would be held until the answer.
      const receipt = await readBody(req.raw, limits).then<Receipt | Refusal>((body) =>
        body.status === 'ok' ? receive(body, location) : body,
      )
      if (receipt.status === 'refused') return refuse(receipt.code, receipt.reason)
      const { kept, rejected } = receipt
      const { accepted, duplicates } = kept
      const answer = JSON.stringify({ accepted, duplicates, rejected })
      // What is kept is said, room or no room; who reads no answers finds none for the next body.
      hold.add(answer.length)
      return context.body(answer, 200, { 'Content-Type': 'application/json' })
    } finally {
      releaseWithAnswer(hold, context.env)
    }
  })

  const files = openPage()
  for (const path of ['/', '/rooms', '/rooms/:id', '/rooms/:id/peers/:participant']) {
    app.get(path, (context) => files.page(context))
  }
  app.get('/sessions/:id/peers/:participant', (context) => files.page(context))
  app.get('/assets/:name', (context) => {
    return files.file(context, context.req.param('name')) ?? context.notFound()
  })
  const { idleTimeoutMs, now } = settings
  app.route(
    '/live',
    createLive({ sight: store.sight, rooms, streams, agentOf, idleTimeoutMs, now }),
  )

  for (const path of ['/sessions', '/sessions/:id']) {
    app.get(path, async (context, next) => {
      if (wantsPage(context)) return files.page(context)
      await next()
      context.header('Vary', 'Accept', { append: true })
    })
  }
  app.get('/sessions', async (context) => {
    const sessions = await store.sessions(MAX_SESSIONS)
    return context.json({ sessions, evicted: (await store.totals()).evicted })
  })

  serveDownloads(app, { store, rooms, respondWith: createReading(MAX_READERS) })

  app.get('/healthz', async (context) => {
    const totals = await store.totals()
    const { rooms: held, connections, refused } = rooms.counts()
    return context.json({ ok: true, ...totals, rooms: { held, connections, refused } })
  })

  app.get('/metrics', async (context) => {
    const { text, contentType } = await expose()
    // Yesterday's numbers are worse than none.
    return context.body(text, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' })
  })

  app.notFound((context) => {
    const isBrowsed = context.req.method === 'GET' && wantsPage(context)
    return isBrowsed ? files.page(context, 404) : context.text(NOTHING_HERE, 404)
  })

  app.onError((error, context) => {
    tell(failedEvent(error))
    return context.text('The collector failed on this request.', 500)
  })

  return app
}

/** An answer is in memory until it is read, and may be many times what it answers. */
function releaseWithAnswer(hold: Hold, env: unknown): void {
  const { outgoing } = (env ?? {}) as Partial<HttpBindings>
  if (outgoing && !outgoing.closed) outgoing.once('close', () => hold.release())
  else hold.release()
}
