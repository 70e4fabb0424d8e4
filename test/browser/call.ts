// A real call between two connections of this page: audio of an oscillator, video of a canvas, no permission asked.

export interface Call {
  readonly alice: RTCPeerConnection
  readonly bob: RTCPeerConnection
  /** Offer and answer, with candidates trickling both ways. Resolves when both are connected. */
  connect(): Promise<void>
  hangUp(): void
}

export function createCall(): Call {
  const alice = new RTCPeerConnection()
  const bob = new RTCPeerConnection()
  const audio = new AudioContext()
  const oscillator = audio.createOscillator()
  const microphone = audio.createMediaStreamDestination()
  oscillator.connect(microphone)
  oscillator.start()
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')
  const drawing = setInterval(() => {
    if (!pen) return
    pen.fillStyle = `hsl(${performance.now() % 360} 80% 50%)`
    pen.fillRect(0, 0, canvas.width, canvas.height)
  }, 40)
  const camera = canvas.captureStream(25)
  for (const pc of [alice, bob]) {
    for (const track of [...microphone.stream.getTracks(), ...camera.getTracks()]) {
      pc.addTrack(track, camera)
    }
  }
  alice.addEventListener(
    'icecandidate',
    ({ candidate }) => void bob.addIceCandidate(candidate ?? undefined),
  )
  bob.addEventListener(
    'icecandidate',
    ({ candidate }) => void alice.addIceCandidate(candidate ?? undefined),
  )

  return {
    alice,
    bob,
    async connect() {
      await alice.setLocalDescription()
      await bob.setRemoteDescription(alice.localDescription ?? { type: 'offer' })
      await bob.setLocalDescription()
      await alice.setRemoteDescription(bob.localDescription ?? { type: 'answer' })
      await Promise.all([connected(alice), connected(bob)])
    },
    hangUp() {
      clearInterval(drawing)
      void audio.close()
      for (const track of [...microphone.stream.getTracks(), ...camera.getTracks()]) track.stop()
      alice.close()
      bob.close()
    },
  }
}

function connected(pc: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (pc.connectionState === 'connected') resolve()
    }
    pc.addEventListener('connectionstatechange', check)
    check()
  })
}
