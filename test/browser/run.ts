// One endpoint of the fault collector, with its script and its ledger.
import { inject } from 'vitest'
import type { Batch } from '../../src/index.ts'
import type { Ledger, RequestRecord, Script } from '../fault-collector.ts'

export interface Run {
  /** Where an exporter sends. */
  readonly url: string
  script(script: Script): Promise<void>
  ledger(): Promise<Ledger>
  requests(): Promise<RequestRecord[]>
  /** What was kept, decoded. */
  bodies(): Promise<Batch[]>
}

let runs = 0

/** Each has a path, and so a database, of its own. */
export function createRun(): Run {
  const base = `${inject('faults')}/run-${Date.now()}-${runs++}`
  return {
    url: `${base}/ingest`,
    async script(script) {
      await fetch(`${base}/script`, { method: 'PUT', body: JSON.stringify(script) })
    },
    ledger: async () => (await fetch(`${base}/ledger`)).json() as Promise<Ledger>,
    requests: async () => (await fetch(`${base}/requests`)).json() as Promise<RequestRecord[]>,
    bodies: async () => (await fetch(`${base}/bodies`)).json() as Promise<Batch[]>,
  }
}

/** Asks until it is so; the test's own limit ends it otherwise. */
export async function until<Value>(
  ask: () => Value | Promise<Value>,
  isSo: (value: Value) => boolean,
): Promise<Value> {
  for (;;) {
    const value = await ask()
    if (isSo(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** For `until`: a list has so many elements. */
export const atLeast =
  (count: number) =>
  (list: readonly unknown[]): boolean =>
    list.length >= count

/** For what must not happen: nothing tells when it has not. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))
