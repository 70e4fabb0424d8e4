// A session as JSON, written while it is read: hours of a call do not fit into memory.
import type { SessionRecord } from './store/store.ts'

/** `{ sessionId, sessionName, batches, peers, items: [...] }` */
export function sessionResponse(session: SessionRecord): Response {
  const texts = jsonOf(session)
  const body = new ReadableStream<string>({
    async pull(controller) {
      const { done, value } = await texts.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  }).pipeThrough(new TextEncoderStream())
  return new Response(body, { headers: { 'Content-Type': 'application/json' } })
}

async function* jsonOf({ items, ...facts }: SessionRecord): AsyncGenerator<string> {
  yield `${JSON.stringify(facts).slice(0, -1)},"items":[`
  let isFirst = true
  for await (const page of items()) {
    const text = page.map((item) => JSON.stringify(item)).join(',\n')
    yield isFirst ? text : `,\n${text}`
    isFirst = false
  }
  yield ']}'
}
