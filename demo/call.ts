// A real call inside one page: two peer connections over loopback, audio and video both ways.

interface Party {
  readonly pc: RTCPeerConnection
  /** What arrives from the other one. */
  readonly remote: MediaStream
}

export interface Call {
  readonly alice: Party
  readonly bob: Party
  /** Negotiates. Rejects where the browser refuses. */
  connect(): Promise<void>
  /** How many times smaller than the camera's picture Alice sends: 1 or more. */
  shrinkAlice(factor: number): Promise<void>
  close(): void
}

/** Nothing is negotiated before `connect()`, so that an exporter sees all of it. */
export function createCall(aliceSends: MediaStream, bobSends: MediaStream): Call {
  const alice = createParty(aliceSends)
  const bob = createParty(bobSends)
  return {
    alice,
    bob,
    async connect() {
      trickle(alice.pc, bob.pc)
      trickle(bob.pc, alice.pc)
      await alice.pc.setLocalDescription()
      await bob.pc.setRemoteDescription(localDescription(alice.pc))
      await bob.pc.setLocalDescription()
      await alice.pc.setRemoteDescription(localDescription(bob.pc))
    },
    async shrinkAlice(factor) {
      const sender = alice.pc.getSenders().find(({ track }) => track?.kind === 'video')
      if (!sender) return
      const parameters = sender.getParameters()
      for (const encoding of parameters.encodings) encoding.scaleResolutionDownBy = factor
      await sender.setParameters(parameters)
    },
    close() {
      alice.pc.close()
      bob.pc.close()
    },
  }
}

function createParty(sends: MediaStream): Party {
  const pc = new RTCPeerConnection()
  const remote = new MediaStream()
  pc.addEventListener('track', ({ track }) => remote.addTrack(track))
  for (const track of sends.getTracks()) pc.addTrack(track, sends)
  return { pc, remote }
}

/** Each candidate goes over as soon as it is found; those that are too early wait for the description. */
function trickle(from: RTCPeerConnection, to: RTCPeerConnection): void {
  const early: RTCIceCandidate[] = []
  const hand = async (candidate: RTCIceCandidate): Promise<void> => {
    if (to.signalingState !== 'closed') await to.addIceCandidate(candidate)
  }
  from.addEventListener('icecandidate', ({ candidate }) => {
    if (!candidate) return
    if (to.remoteDescription) void hand(candidate) // a candidate that is refused is an error of the page
    else early.push(candidate)
  })
  to.addEventListener('signalingstatechange', () => {
    if (to.remoteDescription) for (const candidate of early.splice(0)) void hand(candidate) // likewise
  })
}

function localDescription(pc: RTCPeerConnection): RTCSessionDescription {
  if (pc.localDescription) return pc.localDescription
  throw new Error('the connection was closed while it was negotiated')
}
