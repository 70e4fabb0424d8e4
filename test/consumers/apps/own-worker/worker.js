// The app's own worker: the library's engine, where the app wants it.
import { startWorker } from 'webrtc-stats-exporter/worker'

startWorker(self)
