// Builds the demo page, then runs the collector and a server that gives out the page, with the faults between the two.
import { Console } from 'node:console'
import { fileURLToPath } from 'node:url'
import { build, createLogger, preview } from 'vite'
import type { PreviewServer } from 'vite'
import { formatText } from '../collector/src/log-format.ts'
import { startCollector } from '../collector/src/serve.ts'
import type { RunningCollector } from '../collector/src/serve.ts'
import { faultProxy } from './faults.ts'

export interface DemoOptions {
  /** Of the page. If it is taken, the next free one. */
  readonly port: number
  /** Of the collector. If it is taken, the next free one. */
  readonly collectorPort: number
  readonly log: (line: string) => void
}

export interface RunningDemo {
  /** The page; with `/ingest` at its end, where its batches go. Without a slash at its end. */
  readonly url: string
  readonly collectorUrl: string
  close(): Promise<void>
}

const HOST = '127.0.0.1'
/** Ports that are tried after the one that was asked for. */
const MORE_PORTS = 50

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const OUT = fileURLToPath(new URL('./dist', import.meta.url))

/** Builds and starts all of it; rejects where it cannot. */
export async function serveDemo(options: DemoOptions): Promise<RunningDemo> {
  await buildPage()
  const collector = await startOnFreePort(options)
  try {
    const page = await servePage(options.port, collector.url)
    return {
      url: urlOf(page),
      collectorUrl: collector.url,
      async close() {
        await Promise.all([page.close(), collector.close()])
      },
    }
  } catch (error) {
    await collector.close()
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
    build: { outDir: OUT, emptyOutDir: true },
  })
}

async function servePage(port: number, collectorUrl: string): Promise<PreviewServer> {
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

function urlOf({ httpServer }: PreviewServer): string {
  const address = httpServer.address()
  if (address === null || typeof address === 'string') throw new Error('The page has no port.')
  return `http://${HOST}:${address.port}`
}

async function startOnFreePort({ collectorPort, log }: DemoOptions): Promise<RunningCollector> {
  for (let port = collectorPort; ; port += 1) {
    try {
      return await startCollector({ port, hostname: HOST, log: (entry) => log(formatText(entry)) })
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!isTaken || port >= collectorPort + MORE_PORTS) throw error
    }
  }
}
