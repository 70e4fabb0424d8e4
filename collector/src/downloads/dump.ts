// A session as an `RTCStatsDump`, which viewers of WebRTC statistics read: version 3 of the format, nothing compressed.
import type { Facts } from '../facts.ts'
import type { SessionRecord } from '../store/store.ts'
import { createDumpWriter } from './dump-writer.ts'

type Dumped = Pick<SessionRecord, 'sessionId' | 'sessionName' | 'textsByTime'>

/** Of a session that has polls at all, one is in these. */
const FIRST_PAGES = 8

const NO_REPORTS =
  "polls were exported with detail: 'metrics', without a report: they are left out here"

/** Line 1 says what it is, line 2 is of the whole, each line after that is of one moment. */
export async function* dumpOf(session: Dumped): AsyncGenerator<string, void> {
  const pages = session.textsByTime()[Symbol.asyncIterator]()
  const writer = createDumpWriter()
  const first: string[] = []
  let facts = '{}'
  try {
    let next = await pages.next()
    if (!next.done) facts = next.value[0]?.facts ?? facts
    while (!next.done && first.length < FIRST_PAGES && writer.counts().polls === 0) {
      first.push(writer.write(next.value))
      next = await pages.next()
    }
    const { polls, reports } = writer.counts()
    yield `RTCStatsDump\n${metadataOf(session, facts, polls > 0 && reports === 0)}\n${first.join('')}`
    for (; !next.done; next = await pages.next()) yield writer.write(next.value)
    yield writer.end()
  } finally {
    await pages.return?.()
  }
}

function metadataOf(
  { sessionId, sessionName }: Dumped,
  facts: string,
  isWithoutReports: boolean,
): string {
  const { userAgent = null, sdkVersion = null, roomId = null } = JSON.parse(facts) as Partial<Facts>
  return JSON.stringify({
    fileFormat: 3,
    userAgent,
    ...{ sessionId, sessionName, roomId, sdkVersion },
    ...(isWithoutReports && { note: NO_REPORTS }),
  })
}
