// Does with a batch what its answer says, and tells the app: it is done with, cut, refused, or kept for later.
import type { Raised } from '../src/protocol.ts'
import type { Item } from '../src/wire.ts'
import { decodeBody } from './body.ts'
import type { Identity } from './body.ts'
import type { Depot, Taken } from './depot.ts'
import type { Endpoint } from './endpoint.ts'
import { answerFor } from './outcome.ts'
import type { FinalResult } from './outcome.ts'
import { identitiesOf } from './queue.ts'
import { Suspects } from './suspects.ts'

export interface SettlerParts {
  readonly depot: Depot
  readonly endpoint: Endpoint
  readonly limits: { readonly maxRetries: number }
  readonly raise: (raised: Raised) => void
  /** These are done with: they are at the endpoint, or in quarantine. */
  readonly onAnswered: (items: readonly Identity[]) => void
}

export class Settler {
  readonly #parts: SettlerParts
  readonly #suspects = new Suspects()
  readonly #told = new Set<string>()
  #sent = 0

  constructor(parts: SettlerParts) {
    this.#parts = parts
  }

  /** Items sent so far. */
  get sent(): number {
    return this.#sent
  }

  /** The other half of it was taken: what was refused is in this one. */
  isSuspect(batchId: string): boolean {
    return this.#suspects.has(batchId)
  }

  async finish(batch: Taken, result: FinalResult): Promise<void> {
    const { depot, raise, onAnswered } = this.#parts
    const outcome = answerFor(batch, result)
    await depot.settle(batch, outcome)
    onAnswered(identitiesOf(batch, outcome.again))
    this.#suspects.answered(batch.row.batchId, outcome.sent === batch.row.count)
    const [one, other] = outcome.again
    if (result.status === 'drop' && one && other) this.#suspects.cut(one.batchId, other.batchId)
    this.#sent += outcome.sent
    if (outcome.sent > 0) {
      const { sessionId, batchId } = batch.row
      const confirmed = result.status === 'ok'
      raise({ name: 'export:success', count: outcome.sent, sessionId, batchId, confirmed })
    }
    if (outcome.quarantined) {
      const { part, reason } = outcome.quarantined
      const error = { name: 'Error', message: reason }
      raise({ name: 'export:error', error, items: itemsOf(part), queued: false })
    }
    if (outcome.reducedTo) this.#advise(outcome.reducedTo, batch.json.byteLength)
  }

  /**
   * The batch stays; the app hears of it once, when its attempts are used up or nobody but a person can help. A pause
   * that the endpoint asked for costs no attempt.
   */
  async keep(
    batch: Taken,
    { name, message }: Error,
    isAttempt: boolean,
    isRefusal: boolean,
  ): Promise<void> {
    const { depot, endpoint, limits, raise } = this.#parts
    const attempts = batch.row.attempts + (isAttempt ? 1 : 0)
    const isAnnounced = batch.row.isAnnounced || isRefusal || attempts > limits.maxRetries
    await depot.putBack(batch, { attempts, isAnnounced }, endpoint.notBefore)
    if (isAnnounced && !batch.row.isAnnounced) {
      raise({ name: 'export:error', error: { name, message }, items: itemsOf(batch), queued: true })
    }
  }

  #advise(detail: string, bytes: number): void {
    if (this.#told.has(detail)) return
    this.#told.add(detail)
    const message = `one item is too large for the endpoint, which refuses ${bytes} bytes: it is sent as \`detail: '${detail}'\``
    this.#parts.raise({ name: 'error', error: { name: 'Error', message } })
  }
}

function itemsOf({ json }: { readonly json: Uint8Array }): readonly Item[] {
  try {
    return decodeBody(json).items
  } catch {
    return []
  }
}
