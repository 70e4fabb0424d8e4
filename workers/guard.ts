// Holds a transport to its word: it settles soon after it is told to, never throws, and answers what a transport may.
import { readRejected } from '../transports/answer.ts'
import { toError } from '../transports/refusal.ts'
import type { SendResult, Transport } from '../transports/transport.ts'
import type { Clock } from './clock.ts'

/** A transport that does not heed its signal is not waited for much longer. */
const GRACE_MS = 300

/** As the one given, whatever the app that wrote it has forgotten. */
export function guard(transport: Transport, clock: Clock): Transport {
  const { name, window } = transport

  function fail(reason: string): SendResult {
    return { status: 'retry', error: new Error(`${name}: ${reason}`) }
  }

  return {
    name,
    ...(window !== undefined && { window }),
    send: (batch, signal) =>
      new Promise((resolve) => {
        const giveUp = (): void => {
          const said = signal.reason instanceof Error ? signal.reason.message : 'it was ended'
          clock.after(GRACE_MS, () => resolve(fail(said)))
        }
        if (signal.aborted) giveUp()
        signal.addEventListener('abort', giveUp, { once: true })
        const settle = (result: SendResult): void => {
          signal.removeEventListener('abort', giveUp)
          resolve(result)
        }
        // In a step of its own: what throws at once is a rejection, too.
        Promise.resolve()
          .then(() => transport.send(batch, signal))
          .then(
            (answer: unknown) => settle(readResult(answer) ?? fail(`expected ${EXPECTED}`)),
            (cause: unknown) => settle(fail(`it failed: ${toError(cause).message}`)),
          )
      }),
    async close() {
      try {
        await transport.close()
      } catch {
        // Nothing is asked of it any more.
      }
    },
  }
}

const EXPECTED =
  "an answer { status: 'ok' | 'handed-over' | 'retry' | 'split' | 'unauthorized' | 'drop' }"

/** Null for what is no answer: the batch stays. */
function readResult(answer: unknown): SendResult | null {
  if (typeof answer !== 'object' || answer === null) return null
  const { status, rejected, afterMs, isRefusal, error } = answer as Record<string, unknown>
  switch (status) {
    case 'ok': {
      if (rejected === undefined) return { status }
      const list = readRejected(rejected)
      return list && { status, rejected: list }
    }
    case 'handed-over':
    case 'split':
      return { status }
    case 'retry': {
      const after = typeof afterMs === 'number' ? { afterMs } : {}
      const refusal = isRefusal === true ? ({ isRefusal } as const) : {}
      return { status, ...after, ...refusal, error: toError(error) }
    }
    case 'unauthorized':
      return error === undefined ? { status } : { status, error: toError(error) }
    case 'drop':
      return { status, error: toError(error) }
    default:
      return null
  }
}
