// A call in which nothing happens: audio and video both ways, heard and seen.
import { exchangeMessages, negotiate, trickle } from './call.ts'
import { sleep } from './recorder.ts'
import type { Recorder } from './recorder.ts'
import { openCamera, openMicrophone } from './tracks.ts'

const POLL_MS = 2000
/** A minute, and the poll that it begins with. */
const POLLS = 31
/** Bandwidth is found out by then. */
const WARM_MS = 10_000

/** Of `a` alone: what `b` says is the same the other way round. */
export async function recordSteady(recorder: Recorder): Promise<void> {
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()]
  for (const pc of [a, b]) {
    const stream = new MediaStream([await openMicrophone(), openCamera(640, 360)])
    for (const track of stream.getTracks()) pc.addTrack(track, stream)
    pc.addEventListener('track', play)
  }
  const stopMessages = exchangeMessages(a, b)
  trickle(a, b)
  trickle(b, a)
  recorder.add('a', a)
  recorder.step('offer')
  await negotiate(a, b)
  await sleep(WARM_MS)
  // What it had gathered before stays in the report, as what a machine with more networks gathers does.
  recorder.step('ICE restart')
  a.restartIce()
  await negotiate(a, b)
  await sleep(WARM_MS)
  recorder.step('steady')
  await recorder.poll(POLLS, POLL_MS)
  stopMessages()
  a.close()
  b.close()
}

/** What is not played is not decoded, or not to its end. */
function play({ track }: RTCTrackEvent): void {
  const element = document.createElement('video')
  element.srcObject = new MediaStream([track])
  document.body.append(element)
  void element.play()
}
