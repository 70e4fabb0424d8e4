// Several transports as one: the first that works, and back to a better one when that may work again. The ids stay.
import type { SendResult, Transport } from '../transports/transport.ts'
import type { Clock } from './clock.ts'

/** So many failures in a row, none of them an answer, and the next one is tried. */
const FAILURES = 3
/** So long a lesser one is used before the first is tried again, once. */
const RETURN_MS = 5 * 60_000
/** A beacon that nobody acks need not leave twice. */
const MAX_HANDED_OVER = 256

/**
 * One after the other, each guarded already. What one of several hands over stays stored until another one is acked:
 * that is a `retry`, and the next of the list has its turn. Where all of them can only hand over it is gone.
 */
export function createFailover(transports: readonly Transport[], clock: Clock): Transport {
  const [first, ...others] = transports
  if (!first) return createNone()
  if (others.length === 0) return first

  /** Batches that are gone, perhaps. */
  const handedOver = new Set<string>()
  /** Those that cannot say. */
  const handsOver = new Set<number>()
  let current = 0
  let failures = 0
  let leftFirstAt = 0

  function turnTo(index: number): void {
    if (current === 0 && index > 0) leftFirstAt = clock.elapsed()
    current = index
    failures = 0
  }

  /** Not what the endpoint has answered: no answer came that way. */
  function failed(): boolean {
    failures++
    if (failures < FAILURES) return false
    turnTo(after(current))
    return current > 0
  }

  const after = (index: number): number => (index + 1) % transports.length

  function passOverBeacons(): void {
    for (const _ of transports) if (handsOver.has(current)) turnTo(after(current))
  }

  return {
    name: transports.map(({ name }) => name).join(', '),
    get window() {
      return transports[current]?.window ?? 1
    },
    async send(batch, signal): Promise<SendResult> {
      if (current > 0 && clock.elapsed() - leftFirstAt >= RETURN_MS) {
        turnTo(0)
        failures = FAILURES - 1
      }
      for (;;) {
        if (handedOver.has(batch.batchId)) passOverBeacons()
        const used = current
        const transport = transports[used] ?? first
        const result = await transport.send(batch, signal)
        if (result.status === 'handed-over') {
          handsOver.add(used)
          if (handsOver.size === transports.length) return result
          remember(handedOver, batch.batchId)
          turnTo(after(used))
          return { status: 'retry', error: new Error(`${transport.name} cannot say if it arrived`) }
        }
        const isAnswer = result.status !== 'retry' || result.afterMs !== undefined
        if (isAnswer) {
          failures = 0
          return result
        }
        // Another batch that was on its way with this one may have turned already.
        if (used !== current || !failed() || signal.aborted) return result
      }
    },
    close() {
      for (const transport of transports) transport.close()
    },
  }
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id)
  const [oldest = ''] = ids
  if (ids.size > MAX_HANDED_OVER) ids.delete(oldest)
}

/** None of what the app has named is to be had here. */
function createNone(): Transport {
  const error = new Error('none of the transports that `transport` names is to be had')
  return { name: 'none', send: async () => ({ status: 'retry', error }), close() {} }
}
