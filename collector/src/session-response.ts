// A session as JSON, written while it is read: hours of a call do not fit into memory.
import type { SessionRecord } from './store/store.ts'

/** `{ sessionId, sessionName, batches, peers, items: [...] }`; null where too many are being read. */
export type RespondWith = (session: SessionRecord) => Response | null

/** Each reader holds a few items, however slowly he reads: so many at once. */
export function createReading(maxReaders: number): RespondWith {
  let readers = 0
  return (session) => {
    if (readers === maxReaders) return null
    readers += 1
    const texts = jsonOf(session, () => (readers -= 1))
    const source: UnderlyingDefaultSource<Uint8Array> = {
      async pull(controller) {
        const { done, value } = await texts.next()
        if (done) controller.close()
        else controller.enqueue(Buffer.from(value))
      },
      cancel: async () => void (await texts.return()),
    }
    // Nothing is read ahead of him.
    const body = new ReadableStream(source, { highWaterMark: 0 })
    return new Response(body, { headers: { 'Content-Type': 'application/json' } })
  }
}

async function* jsonOf(
  { items, ...facts }: SessionRecord,
  end: () => void,
): AsyncGenerator<string, void> {
  try {
    yield `${JSON.stringify(facts).slice(0, -1)},"items":[`
    let isFirst = true
    for await (const page of items()) {
      const text = page.join(',\n')
      yield isFirst ? text : `,\n${text}`
      isFirst = false
    }
    yield ']}'
  } finally {
    end()
  }
}
