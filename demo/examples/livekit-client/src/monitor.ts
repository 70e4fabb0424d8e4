// To copy: monitors the connections of a livekit-client 2 room.
import { EngineEvent } from 'livekit-client'
import type { Room } from 'livekit-client'
import type { WebRTCExporter } from 'webrtc-stats-exporter'

/**
 * Call it before each `room.connect()`: a room has a new engine after a disconnect. Servers of today use one connection
 * both ways, the publisher; older ones have a subscriber beside it. A full reconnect makes new ones, which come here
 * too, and are told apart by `pcId`. No need to remove the old ones: that they are closed is noticed at the next poll.
 *
 * Public is the room alone. `room.engine` and its event are typed but marked internal; `pc` is private, and brackets
 * are TypeScript's way to reach it: where another version has renamed one of these, `tsc` says so. At run time a wrong
 * `pc` raises the exporter's `error` event, `pc: expected an RTCPeerConnection`.
 */
export function monitor(exporter: WebRTCExporter, room: Room): void {
  room.engine.on(EngineEvent.TransportsCreated, (publisher, subscriber) => {
    exporter.addPeer({ peerId: 'publisher', pc: publisher['pc'] })
    if (subscriber) exporter.addPeer({ peerId: 'subscriber', pc: subscriber['pc'] })
  })
}
