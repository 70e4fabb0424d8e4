// What `addPeer` takes, and its check.
import { isRecord, text, wrong } from './check.ts'

/** A connection to monitor. */
export interface PeerOptions {
  /** The app's own handle of the peer. */
  peerId: string
  /** @default peerId */
  peerName?: string
  pc: RTCPeerConnection
}

/** @throws TypeError that says what was expected and what came */
export function checkPeer(peer: unknown): Required<PeerOptions> {
  if (!isRecord(peer)) throw wrong('addPeer', 'an object { peerId, pc }', peer)
  const { peerId, peerName = peerId, pc } = peer as Partial<PeerOptions>
  const checked = { peerId: text('peerId', peerId), peerName: text('peerName', peerName) }
  if (typeof pc?.getStats !== 'function' || typeof pc.addEventListener !== 'function') {
    throw wrong('pc', 'an RTCPeerConnection', pc)
  }
  if (pc.signalingState === 'closed') throw wrong('pc', 'an open RTCPeerConnection', 'a closed one')
  return { ...checked, pc }
}
