// A backend for webrtc-stats-exporter: one route, one SQL table. Needs `npm install express @libsql/client`.
import { createHash } from 'node:crypto'
import { createClient } from '@libsql/client'
import express from 'express'

const db = createClient({ url: process.env.DATABASE_URL ?? 'file:stats.db' })
await db.execute(`create table if not exists items (
  producer text not null, seq integer not null, session text, peer text, event text, at text,
  partial integer not null, item text not null, primary key (producer, seq))`)

// A retry, a beacon and a second worker may bring an item again. One copy stays, and a whole one replaces a partial one.
const KEEP = `insert into items values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (producer, seq)
  do update set at = excluded.at, partial = 0, item = excluded.item
  where items.partial = 1 and excluded.partial = 0`

const app = express()
// Pages of other origins ask first, with OPTIONS. Name each header you put in the exporter's `headers` here.
app.use((request, response, next) => {
  response.set('Access-Control-Allow-Origin', '*')
  response.set('Access-Control-Allow-Headers', 'Content-Type, Content-Encoding, Idempotency-Key')
  response.set('Access-Control-Expose-Headers', 'Retry-After')
  response.set('Access-Control-Max-Age', '7200')
  if (request.method === 'OPTIONS') response.sendStatus(204)
  else next()
})

// Gzip is inflated here, and the limit holds for what comes out. A beacon to another origin says text/plain.
app.use(express.json({ limit: '1mb', type: ['application/json', 'text/plain'] }))

const textOrNull = (value) => (typeof value === 'string' ? value : null)

app.post('/ingest', async (request, response) => {
  const { producer, sessionId, items } = request.body ?? {}
  if (typeof sessionId !== 'string' || !Array.isArray(items)) {
    return response.status(400).send('Expected { sessionId, items: [...] }.')
  }
  const rows = items.map((item) => {
    const json = JSON.stringify(item)
    // An item without the exporter's own identity is known by its content.
    const hash = () => createHash('sha256').update(`${sessionId}\n${json}`).digest('hex')
    const isOurs = typeof producer === 'string' && Number.isSafeInteger(item?.seq)
    const identity = isOurs ? [producer, item.seq] : [hash(), 0]
    const facts = [item?.peerId, item?.event, item?.timestamp].map(textOrNull)
    return { sql: KEEP, args: [...identity, sessionId, ...facts, item?.partial ? 1 : 0, json] }
  })
  await db.batch(rows, 'write')
  // Only now: the exporter forgets what is answered with 2xx, and sends everything else again.
  response.json({ accepted: items.length })
})

app.get('/count', async (_request, response) => {
  const { rows } = await db.execute('select count(*) as items from items')
  response.json({ items: rows[0].items })
})

const server = app.listen(process.env.PORT ?? 3000, (error) => {
  if (error) throw error
  console.log(`http://localhost:${server.address().port}/ingest`)
})
