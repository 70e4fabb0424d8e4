// What of a session can be taken along as a file.
import type { Hono } from 'hono'
import type { Rooms } from '../rooms/rooms.ts'
import type { RespondWith } from '../session-response.ts'
import type { SessionRecord, Store } from '../store/store.ts'
import { attachmentHeaders } from './attachment.ts'
import { dumpOf } from './dump.ts'
import { jsonOf } from './json.ts'
import { jsonLinesOf } from './jsonl.ts'
import { roomsOf } from './rooms.ts'

export interface DownloadParts {
  readonly store: Pick<Store, 'session'>
  readonly rooms: Pick<Rooms, 'ofSession'>
  readonly respondWith: RespondWith
}

/** For another reader to be done. */
const RETRY_SEC = 5

interface Form {
  readonly path: string
  readonly headersOf: (sessionId: string) => Record<string, string>
  readonly textsOf: (
    session: SessionRecord,
    rooms: DownloadParts['rooms'],
  ) => AsyncGenerator<string, void>
}

const FORMS: readonly Form[] = [
  { path: '', headersOf: () => ({ 'Content-Type': 'application/json' }), textsOf: jsonOf },
  {
    path: '/items.jsonl',
    headersOf: (id) => attachmentHeaders(id, '.items.jsonl', 'application/jsonl; charset=utf-8'),
    textsOf: jsonLinesOf,
  },
  {
    path: '/rooms.json',
    headersOf: (id) => attachmentHeaders(id, '.rooms.json', 'application/json'),
    textsOf: (session, rooms) => roomsOf(session, rooms.ofSession(session.sessionId)),
  },
  {
    path: '/rtcstats-dump',
    headersOf: (id) => attachmentHeaders(id, '.rtcstats-dump.txt', 'text/plain; charset=utf-8'),
    textsOf: dumpOf,
  },
]

/** `GET /sessions/:id` and what stands under it. */
export function serveDownloads(app: Hono, { store, rooms, respondWith }: DownloadParts): void {
  for (const { path, headersOf, textsOf } of FORMS) {
    app.get(`/sessions/:id${path}`, async (context) => {
      const id = context.req.param('id') as string
      const session = await store.session(id)
      if (!session) return context.text('No such session.', 404)
      const response = respondWith(context.req.raw, textsOf(session, rooms), headersOf(id))
      if (response) return response
      context.header('Retry-After', String(RETRY_SEC))
      return context.text('Too many sessions are being read: try again later.', 503)
    })
  }
}
