// An app's own worker, whose storage breaks and is mended while it runs.
import './break-storage.ts'
import { startWorker } from '../../workers/stats.worker.ts'

startWorker()
