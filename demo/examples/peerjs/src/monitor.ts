// To copy: monitors a connection of PeerJS 1.
import type { DataConnection, MediaConnection } from 'peerjs'
import type { WebRTCExporter } from 'webrtc-stats-exporter'

/**
 * `peerConnection` and `peer` are public. Call it after `peer.call()` or `peer.connect()`, in `peer.on('connection')`,
 * and for a call that comes in after `call.answer()`: before that it has no connection, and the exporter raises `error`.
 *
 * Several connections to one peer are told apart by `pcId`. No need to remove one: that it is closed is noticed at the
 * next poll.
 */
export function monitor(
  exporter: WebRTCExporter,
  connection: MediaConnection | DataConnection,
): void {
  exporter.addPeer({ peerId: connection.peer, pc: connection.peerConnection })
}
