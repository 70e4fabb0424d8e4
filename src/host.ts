// What the page does for its worker: asks the app for headers, and sends by the transports that live on the page.
import { describe } from './check.ts'
import type { HeaderSource } from './headers.ts'
import type { PageApi } from './protocol.ts'
import type { Headers } from './terms.ts'
import { createBeaconTransport } from '../transports/beacon.ts'
import type { Route } from './transports.ts'

export function createHost(source: HeaderSource, routes: readonly Route[]): PageApi {
  const headers = async (): Promise<Headers> => source.known ?? source.ask()
  const transports = routes.map(({ name, object, url }) => {
    return object ?? (name === 'beacon' ? createBeaconTransport({ url, headers }) : null)
  })
  /** One batch a transport at a time is on its way, or a few. */
  const attempts = new Map<string, AbortController>()

  function end(key: string): void {
    attempts.get(key)?.abort()
    attempts.delete(key)
  }

  return {
    headers: () => source.ask(),
    async send(index, batch) {
      const transport = transports[index]
      const key = keyOf(index, batch.batchId)
      const abort = new AbortController()
      attempts.set(key, abort)
      try {
        if (!transport) throw new Error(`there is no transport ${index} on the page`)
        return await transport.send(batch, abort.signal)
      } catch (cause) {
        return {
          status: 'retry',
          error: new Error(`${transport?.name}: ${describe(String(cause))}`),
        }
      } finally {
        end(key)
      }
    },
    cancel: (index, batchId) => end(keyOf(index, batchId)),
    async close(index) {
      try {
        await transports[index]?.close()
      } catch {
        // It is the app's, and it is over.
      }
    },
  }
}

const keyOf = (index: number, batchId: string): string => `${index} ${batchId}`
