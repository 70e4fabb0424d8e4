// One endpoint of the fault collector, as a page talks to it: its script and its ledger.
import type { Batch } from '../src/index.ts'
import type { Script } from './fault-collector.ts'
import type { Ledger, LedgerItem, RequestRecord } from './fault-ledger.ts'
import type { DialRecord } from './fault-socket.ts'

export interface Run {
  /** Where an exporter sends. */
  readonly url: string
  script(script: Script): Promise<void>
  ledger(): Promise<Ledger>
  requests(): Promise<RequestRecord[]>
  /** What each client said on each socket. */
  sockets(): Promise<DialRecord[]>
  /** What was kept, decoded. */
  bodies(): Promise<Batch[]>
}

let runs = 0

/** Each has a path, and so a database, of its own. */
export function createRun(faults: string): Run {
  const base = `${faults}/run-${Date.now()}-${runs++}`
  const get = async <Answer>(what: string): Promise<Answer> =>
    (await fetch(`${base}/${what}`)).json() as Promise<Answer>
  return {
    url: `${base}/ingest`,
    async script(script) {
      await fetch(`${base}/script`, { method: 'PUT', body: JSON.stringify(script) })
    },
    ledger: () => get('ledger'),
    requests: () => get('requests'),
    sockets: () => get('sockets'),
    bodies: () => get('bodies'),
  }
}

/** What the exporter sent of one peer. */
export function of({ items }: Ledger, peerId: string, event: string): LedgerItem[] {
  return items.filter((item) => item.peerId === peerId && item.event === event)
}

/** Asks until it is so; the check's own limit ends it otherwise. */
export async function until<Value>(
  ask: () => Value | Promise<Value>,
  isSo: (value: Value) => boolean,
): Promise<Value> {
  for (;;) {
    const value = await ask()
    if (isSo(value)) return value
    await pause(50)
  }
}

/** For `until`: so many stats items of each of these peers have arrived. */
export const hasStats =
  (count: number, ...peerIds: string[]) =>
  (ledger: Ledger): boolean =>
    peerIds.every((peerId) => of(ledger, peerId, 'stats').length >= count)

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))
