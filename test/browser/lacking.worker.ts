// An app's own worker, in a browser that lacks something.
import './lack.ts'
import { startWorker } from '../../workers/stats.worker.ts'

startWorker()
