// Whatever a body is, it is answered with a status that says whose fault it is: never a 500.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCollector } from '../collector/src/collector.ts'
import { formatJson } from '../collector/src/log-format.ts'
import { hostileBody } from './hostile.ts'
import { TIMES } from './long.ts'

const RUNS = TIMES > 1 ? 100_000 : 2000
const STATUSES = [200, 400, 413, 415]

const encoding = fc.oneof(
  { weight: 9, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom('gzip', 'identity', 'GZIP ', 'br', 'gzip, gzip', 'x') },
)

test(
  `${RUNS} bodies are answered, and none with a 500`,
  async () => {
    const lines: string[] = []
    const collector = await createCollector({
      log: (entry) => lines.push(formatJson(entry)),
      maxBodyBytes: 50_000,
    })
    const ask = async (path: string, init?: RequestInit): Promise<Response> =>
      collector.fetch(new Request(`http://x${path}`, init))
    const counts = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(hostileBody, encoding, async (body, contentEncoding) => {
        const headers = contentEncoding === '' ? {} : { 'content-encoding': contentEncoding }
        const sent = new Uint8Array(body)
        const answer = await ask('/ingest', { method: 'POST', body: sent, headers })
        const text = await answer.text()
        counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1)
        const { status } = answer
        const isSaid = status === 200 ? text.includes('"rejected":[') : /^.{1,300}$/su.test(text)
        expect({ status, text, isSaid }).toEqual({
          status: expect.toBeOneOf(STATUSES),
          text,
          isSaid: true,
        })
        // A line is a line.
        for (const line of lines.splice(0)) {
          expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|"event":"failed"/u)
        }
      }),
      { numRuns: RUNS },
    )
    console.log(
      `${RUNS} bodies: ${[...counts].map(([status, count]) => `${count} x ${status}`).join(', ')}`,
    )
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(counts.get(200)).toBeGreaterThan(RUNS / 20)
    // What was kept can be read.
    const { sessions } = (await (await ask('/sessions')).json()) as {
      sessions: { sessionId: string }[]
    }
    // An address ends a session of this name before the collector sees it.
    const named = sessions.filter(({ sessionId }) => !/^\.\.?$/.test(sessionId))
    for (const { sessionId } of named.slice(0, 500)) {
      const answer = await ask(`/sessions/${encodeURIComponent(sessionId)}`)
      expect(await answer.json()).toMatchObject({ sessionId })
    }
    await collector.close()
  },
  60_000 * TIMES,
)
