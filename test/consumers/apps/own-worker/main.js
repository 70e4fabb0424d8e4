// An app with a worker file of its own, in the words that every bundler knows.
import { run } from './app.js'
import { WebRTCExporter } from 'webrtc-stats-exporter'

void run(WebRTCExporter, {
  worker: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
})
