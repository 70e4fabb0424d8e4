// The entry of the plain consumers: what an app's own main file would do.
import { run } from './app.js'
import { WebRTCExporter } from 'webrtc-stats-exporter'

void run(WebRTCExporter)
