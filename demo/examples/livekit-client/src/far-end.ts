// The media side of the stand-in for a LiveKit server: a plain connection in this page, as Node has no WebRTC.
import { gathered } from '../../loopback.ts'

interface FromClient {
  readonly offer?: RTCSessionDescriptionInit
  readonly candidate?: RTCIceCandidateInit
}

/** Resolves when the server may send offers here. */
export async function answerFor(address: string): Promise<void> {
  const socket = new WebSocket(address)
  const pc = new RTCPeerConnection()
  let last = Promise.resolve()
  socket.addEventListener('message', ({ data }) => {
    last = last.then(() => take(JSON.parse(String(data))))
  })
  await new Promise((resolve) => socket.addEventListener('open', resolve))

  async function take({ offer, candidate }: FromClient): Promise<void> {
    if (candidate) await pc.addIceCandidate(candidate)
    if (!offer) return
    await pc.setRemoteDescription(offer)
    await pc.setLocalDescription()
    const { sdp } = await gathered(pc)
    socket.send(JSON.stringify({ sdp }))
  }
}
