// Who sent what: the tab of a request (its header), and the producer whose items were in it.
import type { Batch } from '../../src/index.ts'
import type { RequestRecord } from '../fault-ledger.ts'
import type { Run } from '../run.ts'

/** One `POST` with items of one producer. */
export interface Sending {
  /** The value of the header that the sender is known by. */
  readonly sender: string
  /** The page whose items they are; a worker's own count as its page's. */
  readonly producer: string
  readonly batchId: string
  readonly batch: Batch
  /** ms since the Unix epoch, when the endpoint had it. */
  readonly at: number
}

/** Every `POST` of which the items were kept at least once. */
export async function sendings(run: Run, header: string): Promise<Sending[]> {
  const [requests, bodies] = await Promise.all([run.requests(), run.bodies()])
  const batches = new Map(bodies.map((batch) => [batch.batchId, batch]))
  return requests.flatMap(({ batchId, headers, at }: RequestRecord) => {
    const batch = batchId === null ? undefined : batches.get(batchId)
    if (batchId === null || !batch) return []
    const producer = batch.producer.replace(/\.w\d+$/, '')
    return [{ sender: String(headers[header]), producer, batchId, batch, at }]
  })
}

/** The producers of each sender, each once. */
export function producersBySender(all: readonly Sending[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { sender, producer } of all) {
    found.set(sender, (found.get(sender) ?? new Set()).add(producer))
  }
  return found
}
