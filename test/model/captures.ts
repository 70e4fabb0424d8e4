// What was captured in a model world: numbered without a gap, and each unlike all others.
import type { ItemRecord, Priority } from '../../workers/item.ts'
import type { Item } from '../../src/wire.ts'

export type Identity = `${string} ${number}`

export const identityOf = (producer: string, seq: number): Identity => `${producer} ${seq}`

export interface Capture {
  readonly priority: Priority
  readonly padding: number
  /** No endpoint ever takes it. */
  readonly isPoison: boolean
  /** It says all that the last report of its producer says. */
  readonly isNewer: boolean
}

interface Data {
  readonly metrics: { readonly capture: number; readonly isPoison: boolean }
}

export function record(
  producer: string,
  seq: number,
  number: number,
  { priority, padding, isPoison }: Capture,
): ItemRecord {
  const item = {
    event: priority === 0 ? 'connectionStateChange' : 'stats',
    tag: priority === 0 ? 'connection' : 'stats',
    peerId: null,
    peerName: null,
    pcId: null,
    seq,
    timestamp: '2026-01-01T00:00:00.000Z',
    interval: 2000,
    data: {
      metrics: { capture: number, isPoison },
      raw: { codec: [{ id: 'x'.repeat(padding) }] },
    },
  }
  return {
    producer,
    seq,
    pcId: null,
    priority,
    json: new TextEncoder().encode(JSON.stringify(item)),
  }
}

/** Which capture an item is, whole or reduced. */
export const captureOf = ({ data }: Item): number => (data as Data).metrics.capture

export const isPoison = ({ data }: Item): boolean => (data as Data).metrics.isPoison
