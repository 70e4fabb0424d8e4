// stats-worker.ts: the exporter's worker, with a transport of your own. This one sends a line of JSON per item.
import { startWorker } from 'webrtc-stats-exporter/worker'

startWorker({
  transports: {
    lines: ({ url, headers }) => ({
      name: 'lines',
      async send({ json }, signal) {
        const { items } = JSON.parse(new TextDecoder().decode(json)) as { items: unknown[] }
        const body = items.map((item) => JSON.stringify(item)).join('\n')
        const request = { method: 'POST', body, headers: await headers(), signal }
        const { ok, status } = await fetch(url, request)
        return ok ? { status: 'ok' } : { status: 'retry', error: new Error(`answered ${status}`) }
      },
      close() {},
    }),
  },
})
