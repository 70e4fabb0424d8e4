// Waiting for a condition, with a limit: no test of this folder is decided by a pause.
import { setTimeout as sleep } from 'node:timers/promises'
import { within } from '../engines/engine.ts'

const STEP_MS = 2
const MAX_ANSWER_CHARS = 500

/**
 * Asks until it is so.
 * @throws Error that names what was waited for, and the last answer
 */
export async function poll<Value>(
  what: string,
  limitMs: number,
  ask: () => Value | Promise<Value>,
  isSo: (value: Value) => boolean,
  stepMs = STEP_MS,
): Promise<Value> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const value = await within(limitMs, what, Promise.resolve(ask()))
    if (isSo(value)) return value
    if (performance.now() > deadline) {
      const last = JSON.stringify(value)?.slice(0, MAX_ANSWER_CHARS)
      throw new Error(`${what}: not within ${limitMs} ms, the last answer was ${last}`)
    }
    await sleep(stepMs)
  }
}
