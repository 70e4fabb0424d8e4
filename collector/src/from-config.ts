// Makes of the settings what the collector takes.
import { mkdir } from 'node:fs/promises'
import type { Config, Span } from './config/config.ts'
import { openLocator } from './ingest/location.ts'
import type { Log } from './log.ts'
import type { ServeOptions } from './serve.ts'
import { openStore } from './store/libsql.ts'
import { realClock } from './streams/clock.ts'
import { createDirectorySink } from './streams/directory.ts'
import { createS3Sink } from './streams/s3.ts'
import type { Sink } from './streams/sink.ts'
import { toFile } from './streams/waiting-files.ts'

const SECOND_MS = 1000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Opens what is to be opened. Rejects with one sentence where something cannot be. */
export async function serveOptionsOf(config: Config, log: Log): Promise<ServeOptions> {
  const { origins, keys, maxBodyBytes, maxRequestsPerSec, trustedProxies, roomUrl } = config
  const locate = await openLocator({
    ...(config.cityDb !== null && { cityDb: config.cityDb }),
    ...(config.asnDb !== null && { asnDb: config.asnDb }),
    log: (reason) => log({ at: Date.now(), event: 'failed', reason }),
  })
  const sink = await sinkOf(config)
  return {
    log,
    port: config.port,
    hostname: config.host,
    ...(origins && { corsOrigins: origins }),
    ...(keys && { keys }),
    maxBodyBytes,
    maxRequestsPerSec,
    trustedProxies,
    // A proxy has as many connections as all its clients.
    ...(trustedProxies.length > 0 && { maxConnectionsPerAddress: Infinity }),
    locate,
    sink,
    intervalMinutes: config.intervalMinutes,
    idleTimeoutMs: config.idleTimeoutSec * SECOND_MS,
    lateWindowMs: config.lateWindowHours * HOUR_MS,
    ...(roomUrl !== null && {
      roomUrl: (roomId) => roomUrl.replaceAll('{roomId}', () => encodeURIComponent(roomId)),
    }),
    retentionMs: config.retentionDays * DAY_MS,
    retentionBytes: config.retentionBytes,
    store: await openStore(config.dataFile),
  }
}

/** Writes the files of a time that is past once more: the same bytes. Rejects at the first that does not arrive. */
export async function writeStreams(config: Config, span: Span, log: Log): Promise<void> {
  const sink = await sinkOf(
    span.out === null ? config : { ...config, s3: null, streamsDir: span.out },
  )
  const store = await openStore(config.dataFile)
  try {
    for await (const file of store.filesBetween(span.from, span.to)) {
      const { name, body } = toFile(file)
      const result = await sink.put(name, body, AbortSignal.timeout(PUT_MS))
      if (result.status !== 'ok') throw new Error(`${sink.name}: ${name}: ${result.reason}`)
      log({ at: Date.now(), event: 'file', name, rooms: file.records.length })
    }
    const { filedUntil } = await store.rooms()
    if (filedUntil !== null && filedUntil < span.to) {
      const until = new Date(filedUntil).toISOString()
      log({ at: Date.now(), event: 'delivery', reason: `nothing is filed after ${until} yet` })
    }
  } finally {
    await store.close()
  }
}

/** Ten times what a file of 30 MB takes over a slow line. */
const PUT_MS = 600_000

async function sinkOf({ s3, streamsDir }: Pick<Config, 's3' | 'streamsDir'>): Promise<Sink> {
  if (s3) {
    const { prefix, sessionToken, ...rest } = s3
    const options = {
      ...rest,
      ...(prefix !== '' && { prefix }),
      ...(sessionToken !== null && { sessionToken }),
    }
    return createS3Sink(options, realClock)
  }
  await mkdir(streamsDir, { recursive: true })
  return createDirectorySink(streamsDir)
}
