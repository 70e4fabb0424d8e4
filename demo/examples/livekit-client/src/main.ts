// A room that publishes a video to the stand-in of a LiveKit server: `PORT=7880 npm run server`.
import { Room, Track } from 'livekit-client'
import { WebRTCExporter } from 'webrtc-stats-exporter'
import { createVideo, onHangUp, url } from '../../loopback.ts'
import { answerFor } from './far-end.ts'
import { monitor } from './monitor.ts'

const given = new URLSearchParams(location.search).get('server') ?? 'http://127.0.0.1:7880'
const server = given.replace('http', 'ws')
await answerFor(`${server}/far-end`) // a real server has this inside

const exporter = new WebRTCExporter({ url, sessionName: 'LiveKit', getStatsInterval: 500 })
const room = new Room()
monitor(exporter, room)
await room.connect(server, 'a token that the stand-in does not read')
for (const track of createVideo().getTracks()) {
  await room.localParticipant.publishTrack(track, {
    source: Track.Source.Camera,
    simulcast: false,
  })
}

onHangUp(() => {
  void exporter.destroy() // never rejects; it takes its last samples first
  void room.disconnect()
})
