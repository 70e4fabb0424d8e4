// The worker's entry.
import type { Endpoint } from 'comlink'
import { startWorker } from './start.ts'

startWorker(globalThis as unknown as Endpoint)
