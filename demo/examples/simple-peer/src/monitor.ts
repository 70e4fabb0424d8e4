// To copy: monitors the connection of a simple-peer 9.
import type { Instance } from 'simple-peer'
import type { WebRTCExporter } from 'webrtc-stats-exporter'

/**
 * Call it as soon as the peer is made. `_pc` is private: it is there from the constructor on, and null after `destroy`.
 * Where another version has renamed it, the exporter raises `error` with `pc: expected an RTCPeerConnection`; find the
 * new name in simple-peer's index.js, where it says `new (this._wrtc.RTCPeerConnection)`. Or depend on no name: make
 * the peer with the public option `wrtc`, with an `RTCPeerConnection` of your own that keeps what it makes.
 *
 * No need to remove it: a connection that is closed is noticed at the next poll.
 */
export function monitor(exporter: WebRTCExporter, peerId: string, peer: Instance): void {
  const { _pc: pc } = peer as unknown as { readonly _pc: RTCPeerConnection }
  exporter.addPeer({ peerId, pc })
}
