// The README's handler in an app of Express, with sockets.
import { createServer } from 'node:http'
import express from 'express'
import { createCollector, formatJson, toNodeHandler } from 'webrtc-stats-collector'

const log = (entry) => process.stdout.write(`${formatJson(entry)}\n`)
const collector = await createCollector({ log })
const app = express()
app.use('/stats', toNodeHandler(collector))
app.get('/', (_request, response) => response.send('the app'))
const server = createServer(app)
collector.attach(server, { path: '/stats' })
server.listen(process.env.PORT)
