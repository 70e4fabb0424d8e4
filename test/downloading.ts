// A collector on loopback, what is put into it, and what is downloaded again.
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector, ServeOptions } from '../collector/src/serve.ts'

/** One with nothing in it. */
export async function startEmpty(options: Partial<ServeOptions> = {}): Promise<RunningCollector> {
  return startCollector({ log: () => {}, ...options })
}

/** Each as a body of its own, one after the other. */
export async function putAll(
  { url }: Pick<RunningCollector, 'url'>,
  bodies: readonly unknown[],
): Promise<void> {
  for (const body of bodies) {
    const answer = await fetch(`${url}/ingest`, { method: 'POST', body: JSON.stringify(body) })
    const text = await answer.text()
    if (!answer.ok || !text.includes('"rejected":[]')) throw new Error(text)
  }
}

/** What stands under this path of the session. */
export async function download(
  { url }: Pick<RunningCollector, 'url'>,
  sessionId: string,
  path = '',
): Promise<Response> {
  return fetch(`${url}/sessions/${encodeURIComponent(sessionId)}${path}`)
}
