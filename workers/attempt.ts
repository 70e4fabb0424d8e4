// One attempt to send one batch; it always settles, whatever the transport does.
import type { EncodedBatch, SendResult, Transport } from '../transports/transport.ts'
import type { Clock } from './clock.ts'
import { within } from './clock.ts'

/** A transport that does not heed its signal is not waited for much longer. */
const GRACE_MS = 500

/** Aborted where the limit is over, or the signal says so. */
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
  const late: SendResult = { status: 'retry', error: new Error(`no answer within ${limitMs} ms`) }
  const cancel = clock.after(limitMs, () => abort.abort(late.error))
  try {
    return await within(clock, limitMs + GRACE_MS, transport.send(batch, abort.signal), late)
  } catch (cause) {
    return { status: 'retry', error: new Error(`${transport.name} failed`, { cause }) }
  } finally {
    given.removeEventListener('abort', giveUp)
    cancel()
  }
}
