// The command: `npx tsx collector/src/main.ts --port 8787`.
import { parseArgs } from 'node:util'
import { formatText } from './log-format.ts'
import { startCollector } from './serve.ts'
import { openStore } from './store/libsql.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: 'collector.db' },
    port: { type: 'string', default: '8787' },
    hostname: { type: 'string', default: '127.0.0.1' },
    origin: { type: 'string', multiple: true },
    key: { type: 'string', multiple: true },
  },
})

const collector = await startCollector({
  store: await openStore(values.data),
  port: Number(values.port),
  hostname: values.hostname,
  ...(values.origin ? { corsOrigins: values.origin } : {}),
  ...(values.key ? { keys: values.key } : {}),
  log: (entry) => console.log(formatText(entry)),
})
console.log(`Collector on ${collector.url}: POST /ingest, GET /sessions`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void collector.close())
}
