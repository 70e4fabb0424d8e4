// In Hono; `collector.fetch` is a web-standard handler.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createCollector, formatJson, openStore } from 'webrtc-stats-collector'

const store = await openStore('stats.db')
const collector = await createCollector({ store, log: (entry) => console.log(formatJson(entry)) })
const app = new Hono()
app.mount('/stats', collector.fetch)
app.get('/', (context) => context.text('the app'))
const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) })
collector.attach(server, { path: '/stats' })
