// Stands in for a LiveKit server: just enough of its signalling to join and to publish, for one client at a time.
import { createServer } from 'node:http'
import { gunzipSync } from 'node:zlib'
import {
  JoinRequest,
  ParticipantInfo_State,
  SignalRequest,
  SignalResponse,
  WrappedJoinRequest,
  WrappedJoinRequest_Compression,
} from '@livekit/protocol'
import { WebSocketServer } from 'ws'

const JOIN = {
  room: { sid: 'RM_1', name: 'room' },
  participant: {
    sid: 'PA_1',
    identity: 'alice',
    state: ParticipantInfo_State.JOINED,
    permission: { canPublish: true, canSubscribe: true, canPublishData: true },
  },
  serverVersion: '1.9.0',
}

const server = createServer((_request, response) => response.end('a stand-in for LiveKit\n'))
const sockets = new WebSocketServer({ server })
/** Where the media ends: it answers offers. */
let farEnd

sockets.on('connection', (socket, request) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  if (pathname === '/far-end') farEnd = socket
  else if (pathname === '/rtc/v1' && farEnd) join(socket, readJoinRequest(searchParams))
  else socket.close()
})

/** The client brings its first offer with it: https://github.com/livekit/protocol, livekit_rtc.proto */
function join(client, { publisherOffer }) {
  const answer = (message) => client.send(new SignalResponse({ message }).toBinary())
  const offered = []
  const offer = ({ type, sdp, id }) => {
    offered.push(id)
    farEnd.send(JSON.stringify({ offer: { type, sdp } }))
  }
  farEnd.removeAllListeners('message')
  farEnd.on('message', (data) => {
    const { sdp } = JSON.parse(String(data))
    answer({ case: 'answer', value: { type: 'answer', sdp, id: offered.shift() } })
  })
  answer({ case: 'join', value: JOIN })
  if (publisherOffer) offer(publisherOffer)

  client.on('message', (data) => {
    const { message } = SignalRequest.fromBinary(data)
    if (message.case === 'offer') offer(message.value)
    if (message.case === 'trickle') {
      farEnd.send(JSON.stringify({ candidate: JSON.parse(message.value.candidateInit) }))
    }
    if (message.case === 'addTrack') {
      const { cid, name, type, source } = message.value
      const track = { sid: 'TR_1', name, type, source }
      answer({ case: 'trackPublished', value: { cid, track } })
    }
  })
}

function readJoinRequest(searchParams) {
  const base64 = searchParams.get('join_request') ?? ''
  const { joinRequest, compression } = WrappedJoinRequest.fromBinary(Buffer.from(base64, 'base64'))
  const isZipped = compression === WrappedJoinRequest_Compression.GZIP
  return JoinRequest.fromBinary(isZipped ? gunzipSync(joinRequest) : joinRequest)
}

server.listen(process.env.PORT ?? 7880, '127.0.0.1')
