// Two simple-peers in one page, which signal to each other directly.
import SimplePeer from 'simple-peer'
import { WebRTCExporter } from 'webrtc-stats-exporter'
import { createVideo, onHangUp, url } from '../../loopback.ts'
import { monitor } from './monitor.ts'

const exporter = new WebRTCExporter({ url, sessionName: 'simple-peer', getStatsInterval: 500 })
const config = { iceServers: [] } // both ends are on this machine
const alice = new SimplePeer({ config, initiator: true, stream: createVideo() })
const bob = new SimplePeer({ config, stream: createVideo() })
monitor(exporter, 'alice', alice)
monitor(exporter, 'bob', bob)

alice.on('signal', (data) => bob.signal(data))
bob.on('signal', (data) => alice.signal(data))

onHangUp(() => {
  void exporter.destroy() // never rejects; it takes its last samples first
  alice.destroy()
  bob.destroy()
})
