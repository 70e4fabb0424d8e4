// The transports that the app has chosen, by name, each held to its word, as the one that the sender knows.
import type { PageApi, WorkerConfig } from '../src/protocol.ts'
import type { OwnTransport, Transport, TransportContext } from '../transports/transport.ts'
import type { Clock } from './clock.ts'
import { createFailover } from './failover.ts'
import { guard } from './guard.ts'
import { createPageTransport } from './on-page.ts'

export interface WaysParts {
  readonly config: WorkerConfig
  readonly clock: Clock
  readonly page: PageApi
  /** Those of the library and of the app's worker file, by name. */
  readonly known: Readonly<Record<string, OwnTransport>>
  readonly headers: TransportContext['headers']
  readonly complain: (error: unknown) => void
}

export function createWays(parts: WaysParts): Transport {
  const { config, clock, page, known, headers, complain } = parts
  const { transports, compression, producer } = config

  function create(name: string, url: string, isOnPage: boolean, index: number): Transport[] {
    if (isOnPage) return [guard(createPageTransport(name, index, page), clock)]
    const own = Object.hasOwn(known, name) ? known[name] : undefined
    if (!own) {
      const names = Object.keys(known).join(', ')
      complain(
        new Error(`transport: expected a name that this worker knows (${names}), got ${name}`),
      )
      return []
    }
    try {
      const transport =
        typeof own === 'function' ? own({ producer, url, compression, headers }) : own
      return [guard(transport, clock)]
    } catch (cause) {
      complain(new Error(`transport: ${name} could not be made: ${String(cause)}`))
      return []
    }
  }

  const ways = transports.flatMap(({ name, url, isOnPage }, index) =>
    create(name, url, isOnPage, index),
  )
  return createFailover(ways, clock)
}
