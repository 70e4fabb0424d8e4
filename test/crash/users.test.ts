// Two users, one after the other, in one browser: neither's items ever go with the other's headers.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ExporterOptions } from '../../src/index.ts'
import type { Run } from '../run.ts'
import { captured, openLab } from './lab.ts'
import type { Lab } from './lab.ts'
import { destroyPage } from './page.ts'
import { sendings } from './senders.ts'
import type { Tab } from './tab.ts'
import { poll } from './wait.ts'

const EACH = 60
const ARRIVAL_LIMIT_MS = 30_000
const HEADER = 'authorization'

let lab: Lab

beforeEach(async () => {
  lab = await openLab()
})

afterEach(async () => {
  await lab.close()
})

describe('what a user has left unsent', () => {
  it.each([
    { how: 'in the clear', redaction: {} },
    { how: "with redact: 'all'", redaction: { redact: 'all' as const } },
  ])('goes with the header of that user alone, $how', async ({ redaction }) => {
    const run = lab.createRun()
    await run.script({ steps: [{ status: 503 }] })
    const anna = await visit(run, 'anna', redaction)
    await captured(anna, EACH)
    await anna.close()

    await run.script({ steps: [] })
    const bert = await visit(run, 'bert', redaction)
    await arrived(run, 'bert')
    await bert.call(destroyPage)
    await bert.close()
    // What left with her page, if it came this late, went in her name.
    expect(await sendersOf(run, 'anna')).not.toContain('bert')

    await visit(run, 'anna', redaction, 'anna again')
    await arrived(run, 'anna')
    expect(await sendersOf(run, 'anna')).toEqual(['anna'])
    expect(await sendersOf(run, 'bert')).toEqual(['bert'])
  })
})

/** A tab in which a user makes marks of the user's name. */
function visit(
  run: Run,
  userId: string,
  redaction: Pick<ExporterOptions, 'redact'>,
  sessionId = userId,
): Promise<Tab> {
  const quick = { retryBaseDelay: 50, retryMaxDelay: 500, flushInterval: 500 }
  const own = { url: run.url, userId, sessionId, headers: { [HEADER]: userId } }
  // One visit is long enough for what the last one has left.
  return lab.openTab(
    { ...quick, ...own, ...redaction },
    {
      name: `${sessionId} was here`,
      chunk: 1,
      everyMs: 50,
      most: EACH,
    },
  )
}

/** All marks of a session have. */
async function arrived(run: Run, sessionId: string): Promise<void> {
  await poll(
    `the marks of ${sessionId}`,
    ARRIVAL_LIMIT_MS,
    async () => (await run.ledger()).items.filter((item) => isMark(item, sessionId)).length,
    (count) => count === EACH,
    50,
  )
}

const isMark = ({ event }: { readonly event: string }, sessionId: string): boolean =>
  event === `${sessionId} was here`

/** Whose headers went with the marks of a session. */
async function sendersOf(run: Run, sessionId: string): Promise<string[]> {
  const all = await sendings(run, HEADER)
  const theirs = all.filter(({ batch }) => batch.items.some((item) => isMark(item, sessionId)))
  return [...new Set(theirs.map(({ sender }) => sender))]
}
