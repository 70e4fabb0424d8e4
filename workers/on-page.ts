// A transport that lives on the page, as the sender sees it: a beacon, or an object of the app's.
import type { PageApi } from '../src/protocol.ts'
import type { EncodedBatch, SendResult, Transport } from '../transports/transport.ts'

export function createPageTransport(name: string, index: number, page: PageApi): Transport {
  return {
    name,
    send({ batchId, count, json }: EncodedBatch, signal: AbortSignal): Promise<SendResult> {
      const cancel = (): void => void quietly(page.cancel(index, batchId))
      signal.addEventListener('abort', cancel, { once: true })
      const answer = page.send(index, { batchId, count, json })
      return answer.finally(() => signal.removeEventListener('abort', cancel))
    },
    close: () => void quietly(page.close(index)),
  }
}

/** Over Comlink a call that returns nothing is a promise all the same. The page may be gone. */
async function quietly(call: unknown): Promise<void> {
  await Promise.resolve(call).catch(() => {})
}
