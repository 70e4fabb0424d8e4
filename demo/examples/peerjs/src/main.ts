// Two PeerJS peers in one page, which meet at a PeerServer: `PORT=9000 npm run server`.
import { Peer } from 'peerjs'
import { WebRTCExporter } from 'webrtc-stats-exporter'
import { createVideo, onHangUp, url } from '../../loopback.ts'
import { monitor } from './monitor.ts'

const given = new URLSearchParams(location.search).get('server') ?? 'http://127.0.0.1:9000'
const { hostname: host, port } = new URL(given)
const server = { host, port: Number(port), config: { iceServers: [] } }

const exporter = new WebRTCExporter({ url, sessionName: 'PeerJS', getStatsInterval: 500 })
const alice = new Peer('alice', server)
const bob = new Peer('bob', server)

bob.on('call', (call) => {
  call.answer(createVideo())
  monitor(exporter, call) // Alice, as Bob sees her
})
await Promise.all([alice, bob].map((peer) => new Promise((resolve) => peer.once('open', resolve))))
monitor(exporter, alice.call('bob', createVideo()))

onHangUp(() => {
  void exporter.destroy() // never rejects; it takes its last samples first
  alice.destroy()
  bob.destroy()
})
