// Asks the engine about what the endpoint has refused.
import type { Link } from './link.ts'
import type { Quarantine } from './quarantine.ts'

export function createQuarantine(link: Link, limitMs: number): Quarantine {
  return {
    inspect: () => link.ask(limitMs, [], (api) => api.quarantine()),
    resend: (batchIds) => link.ask(limitMs, 0, (api) => api.resend(batchIds ?? null)),
    discard: (batchIds) => link.ask(limitMs, 0, (api) => api.discard(batchIds ?? null)),
  }
}
