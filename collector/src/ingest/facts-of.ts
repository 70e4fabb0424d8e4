// What an envelope that passed the check says of its sender.
import type { PlainEnvelope, ReceivedClient, ReceivedEnvelope } from '../../../src/schema.ts'
import type { ClientQueue, DropCounts, DropReason } from '../../../src/wire.ts'
import type { Facts, Location } from '../facts.ts'

/** A plain body says nothing of its sender: what it calls `client` is held to no schema. */
export function factsOf(envelope: ReceivedEnvelope | PlainEnvelope, location: Location): Facts {
  const { client, dropped } = envelope.producer === undefined ? NOTHING : envelope
  return {
    roomId: client?.roomId || envelope.sessionId,
    userId: client?.userId ?? null,
    keys: client?.keys ?? {},
    sdkVersion: client?.sdkVersion ?? null,
    userAgent: client?.userAgent ?? null,
    hints: client?.hints ?? null,
    devices: client?.devices ?? NO_DEVICES,
    queue: queueOf(client?.queue),
    dropped: knownOf(dropped),
    location,
  }
}

const NOTHING = { client: undefined, dropped: {} }

const NO_DEVICES = { audio: null, video: null }

function queueOf(queue: ReceivedClient['queue']): ClientQueue | null {
  if (queue?.mode !== 'indexeddb' && queue?.mode !== 'memory') return null
  const { depth, bytes, oldestAgeMs, mode } = queue
  return { depth, bytes, oldestAgeMs, mode }
}

/** A record, so that no reason of the wire is forgotten here. */
const REASONS: Readonly<Record<DropReason, true>> = {
  'page-buffer': true,
  'worker-lost': true,
  'not-cloneable': true,
  evicted: true,
  expired: true,
  storage: true,
  rejected: true,
  cleared: true,
  superseded: true,
}

/** The names of the others are the sender's own, and as many as it likes. */
function knownOf(dropped: ReceivedEnvelope['dropped']): DropCounts {
  return Object.fromEntries(Object.entries(dropped).filter(([reason]) => isDropReason(reason)))
}

/** One that this version knows. */
export function isDropReason(reason: unknown): reason is DropReason {
  return typeof reason === 'string' && Object.hasOwn(REASONS, reason)
}
