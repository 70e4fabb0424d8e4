// A page with a whole call in it, without a camera: the function is sent there as text, and stands on nothing else.

/** Resolves when two connections talk to each other: audio, video and a data channel, each in both directions. */
export async function startMediaCall(): Promise<void> {
  const context = new AudioContext()
  const makeStream = (frequency: number): MediaStream => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 })
    const picture = canvas.getContext('2d')
    let frame = 0
    setInterval(() => {
      frame++
      for (let x = 0; x < 320; x += 20) {
        if (!picture) return
        picture.fillStyle = `hsl(${(frame * 5 + x) % 360} 60% 50%)`
        picture.fillRect(x, 120 + 100 * Math.sin((frame + x) / 15), 20, 60)
      }
    }, 50)
    const tone = new OscillatorNode(context, { frequency })
    const swing = new OscillatorNode(context, { frequency: 0.7 })
    const loudness = new GainNode(context, { gain: 0.4 })
    const microphone = new MediaStreamAudioDestinationNode(context)
    swing.connect(new GainNode(context, { gain: 0.3 })).connect(loudness.gain)
    tone.connect(loudness).connect(microphone)
    tone.start()
    swing.start()
    return new MediaStream([
      ...canvas.captureStream(20).getTracks(),
      ...microphone.stream.getTracks(),
    ])
  }
  const play = ({ track }: RTCTrackEvent): void => {
    const element = document.createElement(track.kind === 'audio' ? 'audio' : 'video')
    element.srcObject = new MediaStream([track])
    document.body.append(element)
    void element.play()
  }
  const pass = (from: RTCPeerConnection, to: RTCPeerConnection): void =>
    from.addEventListener('icecandidate', ({ candidate }) => {
      void to.addIceCandidate(candidate ?? undefined)
    })

  const [alice, bob] = [new RTCPeerConnection(), new RTCPeerConnection()]
  // Kept from the collector of garbage: with it they would leave the page of internals too.
  Object.assign(window, { connections: [alice, bob] })
  pass(alice, bob)
  pass(bob, alice)
  for (const [pc, frequency] of [
    [alice, 440],
    [bob, 660],
  ] as const) {
    pc.addEventListener('track', play)
    const stream = makeStream(frequency)
    for (const track of stream.getTracks()) pc.addTrack(track, stream)
  }
  const channel = alice.createDataChannel('chat')
  setInterval(() => channel.readyState === 'open' && channel.send('how do you do'), 70)
  bob.addEventListener('datachannel', ({ channel: other }) => {
    other.addEventListener('message', () => other.send('fine'))
  })
  await alice.setLocalDescription()
  await bob.setRemoteDescription(alice.localDescription ?? { type: 'offer' })
  await bob.setLocalDescription()
  await alice.setRemoteDescription(bob.localDescription ?? { type: 'answer' })
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (alice.connectionState === 'connected' && bob.connectionState === 'connected') resolve()
    }
    for (const pc of [alice, bob]) pc.addEventListener('connectionstatechange', check)
    check()
  })
}
