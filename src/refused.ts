// Asks the engine about what the endpoint has refused.
import type { Question } from './link.ts'
import type { Quarantine } from './quarantine.ts'

/** `ask`: never rejects, and has the fallback where there is no answer. */
export function createQuarantine(
  ask: <T>(fallback: T, question: Question<T>) => Promise<T>,
): Quarantine {
  return {
    inspect: () => ask<Awaited<ReturnType<Quarantine['inspect']>>>([], (api) => api.quarantine()),
    resend: (batchIds) => ask(0, (api) => api.resend(batchIds ?? null)),
    discard: (batchIds) => ask(0, (api) => api.discard(batchIds ?? null)),
  }
}
