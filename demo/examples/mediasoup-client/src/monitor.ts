// To copy: monitors every transport of a mediasoup-client 3 device.
import type { types } from 'mediasoup-client'
import type { WebRTCExporter } from 'webrtc-stats-exporter'

/**
 * Call it once, before the first `createSendTransport()` or `createRecvTransport()`; `device.observer` is public. No
 * need to remove one: that a transport is closed is noticed at the next poll.
 */
export function monitor(exporter: WebRTCExporter, device: types.Device): void {
  device.observer.on('newtransport', (transport) => {
    const { id, direction } = transport
    exporter.addPeer({ peerId: id, peerName: direction, pc: connectionOf(transport) })
  })
}

/**
 * `transport.handler` is public; its `_pc` is private, and has this name in the handlers of all browsers. Where another
 * version has renamed it, the exporter raises `error` with `pc: expected an RTCPeerConnection`; find the new name in
 * lib/handlers, where it says `new RTCPeerConnection`.
 */
export function connectionOf({ handler }: types.Transport): RTCPeerConnection {
  const { _pc: pc } = handler as unknown as { readonly _pc: RTCPeerConnection }
  return pc
}
