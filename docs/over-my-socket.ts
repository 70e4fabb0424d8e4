// A transport that lives on the page: batches go by the socket that your app has open anyway.
import type { Transport } from 'webrtc-stats-exporter/transports'

export const overMySocket = (socket: WebSocket): Transport => ({
  name: 'my-socket',
  send: ({ batchId, json }, signal) =>
    new Promise((resolve) => {
      // Your server answers with the id of what it has stored.
      const onMessage = ({ data }: MessageEvent): void => {
        if (data === batchId) resolve({ status: 'ok' })
      }
      socket.addEventListener('message', onMessage, { signal })
      socket.send(json)
    }),
  close() {},
})
