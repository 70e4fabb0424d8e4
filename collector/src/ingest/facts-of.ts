// What an envelope that passed the check says of its sender.
import type { PlainEnvelope, ReceivedEnvelope } from '../../../src/schema.ts'
import type { Facts, Location } from '../facts.ts'

/** A plain body says nothing of its sender: what it calls `client` is held to no schema. */
export function factsOf(envelope: ReceivedEnvelope | PlainEnvelope, location: Location): Facts {
  const client = envelope.producer === undefined ? undefined : envelope.client
  return {
    roomId: client?.roomId || envelope.sessionId,
    userId: client?.userId ?? null,
    keys: client?.keys ?? {},
    sdkVersion: client?.sdkVersion ?? null,
    userAgent: client?.userAgent ?? null,
    hints: client?.hints ?? null,
    devices: client?.devices ?? NO_DEVICES,
    location,
  }
}

const NO_DEVICES = { audio: null, video: null }
