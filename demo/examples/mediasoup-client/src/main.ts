// A device with a transport each way. What a mediasoup server would be is `router.ts`, in this page.
import { Device } from 'mediasoup-client'
import { WebRTCExporter } from 'webrtc-stats-exporter'
import { createVideo, onHangUp, url } from '../../loopback.ts'
import { connectionOf, monitor } from './monitor.ts'
import { createReceiver, createSender, routerRtpCapabilities } from './router.ts'

const exporter = new WebRTCExporter({ url, sessionName: 'mediasoup', getStatsInterval: 500 })
const device = await Device.factory()
monitor(exporter, device)
await device.load({ routerRtpCapabilities })

const receiver = await createReceiver()
const send = device.createSendTransport({ id: 'send', ...receiver.parameters })
send.on('connect', (_, done) => done())
send.on('produce', (_, done) => done({ id: 'video' }))
for (const track of createVideo().getTracks()) await send.produce({ track })
await receiver.accept(connectionOf(send))

const sender = await createSender(createVideo())
const recv = device.createRecvTransport({ id: 'recv', ...sender.parameters })
recv.on('connect', (_, done) => done())
const { rtpParameters } = sender
await recv.consume({ id: 'consumer', producerId: 'video', kind: 'video', rtpParameters })
await sender.accept(connectionOf(recv))

onHangUp(() => {
  void exporter.destroy() // never rejects; it takes its last samples first
  send.close()
  recv.close()
})
