// A session as one JSON object.
import type { SessionRecord } from '../store/store.ts'

/** `{ sessionId, sessionName, batches, peers, items: [...] }`, page by page. */
export async function* jsonOf(session: SessionRecord): AsyncGenerator<string, void> {
  const { items, sessionId, sessionName, batches, peers } = session
  const facts = { sessionId, sessionName, batches, peers }
  yield `${JSON.stringify(facts).slice(0, -1)},"items":[`
  let isFirst = true
  for await (const page of items()) {
    const text = page.join(',\n')
    yield isFirst ? text : `,\n${text}`
    isFirst = false
  }
  yield ']}'
}
