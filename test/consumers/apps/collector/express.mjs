// In Express, ahead of what parses bodies: the collector has a limit of its own, and takes gzip.
import express from 'express'
import { createCollector, formatJson, openStore, toNodeHandler } from 'webrtc-stats-collector'

const store = await openStore('stats.db')
const collector = await createCollector({ store, log: (entry) => console.log(formatJson(entry)) })
const app = express()
app.use('/stats', toNodeHandler(collector)) // POST /stats/ingest
app.use(express.json())
app.get('/', (_request, response) => response.send('the app'))
const server = app.listen(process.env.PORT ?? 3000)
collector.attach(server, { path: '/stats' }) // and sockets at /stats/ingest
