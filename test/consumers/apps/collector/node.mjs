// In plain Node, which takes nothing off the address: the handler is told its path.
import { createServer } from 'node:http'
import { createCollector, formatJson, openStore, toNodeHandler } from 'webrtc-stats-collector'

const store = await openStore('stats.db')
const collector = await createCollector({ store, log: (entry) => console.log(formatJson(entry)) })
const stats = toNodeHandler(collector, { path: '/stats' })
const server = createServer((request, response) => {
  if (request.url?.startsWith('/stats/')) stats(request, response)
  else response.end('the app')
})
collector.attach(server, { path: '/stats' })
server.listen(process.env.PORT ?? 3000)

process.once('SIGTERM', () => {
  collector.detach() // its sockets first: the server waits for them
  server.close(() => collector.close())
})
