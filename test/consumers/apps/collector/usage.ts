// Uses what the package exports as an app in TypeScript does. In this repo it is checked against the source.
import { createServer } from 'node:http'
import {
  createCollector,
  formatJson,
  formatText,
  startCollector,
  toNodeHandler,
} from '../../../../collector/src/index.ts'
import type {
  Collector,
  CollectorOptions,
  LogEntry,
  NodeHandler,
  RunningCollector,
  ServeOptions,
} from '../../../../collector/src/index.ts'

const options: CollectorOptions = {
  log: (entry: LogEntry) => process.stdout.write(`${formatJson(entry)}\n${formatText(entry)}\n`),
  corsOrigins: ['https://app.example'],
  keys: ['key'],
}
const collector: Collector = await createCollector(options)
const handler: NodeHandler = toNodeHandler(collector, { path: '/stats' })
const server = createServer(handler)
collector.attach(server, { path: '/stats', sockets: { maxSockets: 10 } })

export const answer: Response | Promise<Response> = collector.fetch(new Request('http://x/healthz'))

const serving: ServeOptions = { ...options, port: 0, hostname: '127.0.0.1' }

export const running: Promise<RunningCollector> = startCollector(serving)

// @ts-expect-error -- a log is needed
createCollector({})
// @ts-expect-error -- the path is a text
toNodeHandler(collector, { path: 1 })
