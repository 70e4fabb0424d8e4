// One attempt to send one batch, within a limit.
import type { EncodedBatch, SendResult, Transport } from '../transports/transport.ts'
import type { Clock } from './clock.ts'

/**
 * Aborted where the limit is over, or the signal says so: a guarded transport settles soon after. And when it is over:
 * what a transport has hung on its signal goes with it.
 */
export async function attempt(
  transport: Transport,
  clock: Clock,
  batch: EncodedBatch,
  limitMs: number,
  given: AbortSignal,
): Promise<SendResult> {
  const abort = new AbortController()
  const giveUp = (): void => abort.abort(given.reason)
  if (given.aborted) giveUp()
  given.addEventListener('abort', giveUp)
  const cancel = clock.after(limitMs, () =>
    abort.abort(new Error(`no answer within ${limitMs} ms`)),
  )
  try {
    return await transport.send(batch, abort.signal)
  } finally {
    given.removeEventListener('abort', giveUp)
    cancel()
    giveUp()
  }
}
