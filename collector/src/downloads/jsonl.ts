// A session as JSON Lines: each item on a line that says all that is known of it.
import type { KeptText, SessionRecord } from '../store/store.ts'

/** `{ sessionId, sessionName, producer, exportedAt, receivedAt, client, ...item }`, page by page. */
export async function* jsonLinesOf(
  session: Pick<SessionRecord, 'sessionId' | 'sessionName' | 'texts'>,
): AsyncGenerator<string, void> {
  const { sessionId, sessionName } = session
  for await (const page of session.texts()) {
    yield page.map((text) => lineOf({ sessionId, sessionName }, text)).join('')
  }
}

/** To parse each item would take ten times as long. */
function lineOf(session: object, { producer, facts, json, ...times }: KeptText): string {
  const exportedAt = new Date(times.exportedAt).toISOString()
  const receivedAt = new Date(times.receivedAt).toISOString()
  const known = JSON.stringify({ ...session, producer, exportedAt, receivedAt })
  const item = OURS.test(json) ? withoutOurs(json) : json
  return `${known.slice(0, -1)},"client":${facts},${item.slice(1)}\n`
}

const NAMES = ['sessionId', 'sessionName', 'producer', 'exportedAt', 'receivedAt', 'client']
const OURS = new RegExp(`"(?:${NAMES.join('|')})":`)

/** A sender may name a member as he likes: what the collector knows of the item is not his to say. */
function withoutOurs(json: string): string {
  const members = Object.entries(JSON.parse(json) as object)
  return JSON.stringify(Object.fromEntries(members.filter(([name]) => !NAMES.includes(name))))
}
