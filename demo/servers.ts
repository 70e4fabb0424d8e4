// Builds the demo page, and the collector's where there is none, then runs the collector and a server that gives out the page, with the faults between the two.
import { Console } from 'node:console'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, createLogger, preview } from 'vite'
import type { PreviewServer } from 'vite'
import { formatText } from '../collector/src/log-format.ts'
import type { LogEntry } from '../collector/src/log.ts'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector, ServeOptions } from '../collector/src/serve.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import type { Store } from '../collector/src/store/store.ts'
import { createDirectorySink } from '../collector/src/streams/directory.ts'
import { createForwardClock } from './clock.ts'
import { faultProxy } from './faults.ts'
import { ensureLivePage } from './live-page.ts'

export interface DemoOptions {
  /** Of the page. If it is taken, the next free one. */
  readonly port: number
  /** Of the collector. If it is taken, the next free one. */
  readonly collectorPort: number
  /** Of the collector's data. @default `.tmp/demo/<port of the page>`, which no other one that runs has */
  readonly folder?: string
  readonly log: (line: string) => void
}

export interface RunningDemo {
  /** The page; with `/ingest` at its end, where its batches go. Without a slash at its end. */
  readonly url: string
  readonly collectorUrl: string
  /** What the collector keeps. */
  readonly store: Store
  /** Of the collector's data. */
  readonly folder: string
  /** A file of room records for each minute. */
  readonly roomsFolder: string
  /** Puts the collector's clock forward. */
  goForward(ms: number): void
  close(): Promise<void>
}

const HOST = '127.0.0.1'
/** Ports that are tried after the one that was asked for. */
const MORE_PORTS = 50

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const OUT = fileURLToPath(new URL('./dist', import.meta.url))
const DATA = fileURLToPath(new URL('../.tmp/demo', import.meta.url))

/** A newcomer waits no longer for the first file. */
const INTERVAL_MINUTES = 1

/** Builds and starts all of it; rejects where it cannot. */
export async function serveDemo(options: DemoOptions): Promise<RunningDemo> {
  await buildPage()
  await ensureLivePage(QUIET)
  let collectorUrl = ''
  // Before the collector: a port is held by one alone, and so is the folder that is named after it.
  const page = await servePage(options.port, () => collectorUrl)
  try {
    const { folder = join(DATA, String(portOf(page))) } = options
    const roomsFolder = join(folder, 'rooms')
    await mkdir(roomsFolder, { recursive: true })
    const clock = createForwardClock()
    const collector = await startOnFreePort(options, async () => ({
      store: await openStore(join(folder, 'collector.db'), clock),
      sink: createDirectorySink(roomsFolder),
      intervalMinutes: INTERVAL_MINUTES,
      clock,
    }))
    collectorUrl = collector.url
    return {
      url: `http://${HOST}:${portOf(page)}`,
      collectorUrl,
      store: collector.store,
      folder,
      roomsFolder,
      goForward: clock.goForward,
      async close() {
        await Promise.all([page.close(), collector.close()])
      },
    }
  } catch (error) {
    await page.close()
    throw error
  }
}

/** stdout is for results: vite writes its progress there, unless it only warns, and that to stderr. */
const QUIET = {
  logLevel: 'warn',
  customLogger: createLogger('warn', { console: new Console(process.stderr) }),
} as const

async function buildPage(): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    ...QUIET,
    worker: { format: 'es' },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { outDir: OUT, emptyOutDir: true },
  })
}

async function servePage(port: number, collectorUrl: () => string): Promise<PreviewServer> {
  const faults = faultProxy(collectorUrl)
  const page = await preview({
    root: ROOT,
    configFile: false,
    ...QUIET,
    build: { outDir: OUT },
    preview: { port, host: HOST },
    plugins: [
      {
        name: 'faults',
        configurePreviewServer: ({ middlewares }) => {
          middlewares.use(faults.middleware)
        },
      },
    ],
  })
  page.httpServer.on('upgrade', faults.upgrade)
  return page
}

function portOf({ httpServer }: PreviewServer): number {
  const address = httpServer.address()
  if (address === null || typeof address === 'string') throw new Error('The page has no port.')
  return address.port
}

/** `open`: a collector that does not start closes its store. */
async function startOnFreePort(
  { collectorPort, log }: DemoOptions,
  open: () => Promise<Partial<ServeOptions>>,
): Promise<RunningCollector> {
  for (let port = collectorPort; ; port += 1) {
    try {
      const own = { port, hostname: HOST, log: (entry: LogEntry) => log(formatText(entry)) }
      return await startCollector({ ...(await open()), ...own })
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!isTaken || port >= collectorPort + MORE_PORTS) throw error
    }
  }
}
