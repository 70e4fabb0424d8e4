// A real Prometheus on a port of this machine, which scrapes one address every second.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { cacheOf, ensurePackage, librariesIn } from './packages.ts'

export interface PrometheusServer {
  /** What an instant query gives now, by its labels; empty where there is nothing yet, or nobody listens yet. */
  query(expression: string): Promise<readonly Sample[]>
  close(): Promise<void>
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

const CACHE = cacheOf('prometheus')
/** It ends by itself then: nobody else would end it after a run that was killed. */
const LIFE_SEC = 120

/** @throws Error which says what to do, where there can be none */
export async function startPrometheus(target: URL): Promise<PrometheusServer> {
  const root = await ensurePackage({ name: 'prometheus', cache: CACHE })
  const folder = mkdtempSync(join(CACHE, 'run-'))
  const config = join(folder, 'prometheus.yml')
  writeFileSync(config, configOf(target))
  const port = await freePort()
  const program = join(root, 'usr/bin/prometheus')
  const args = [
    ...[`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`],
    ...[`--web.listen-address=127.0.0.1:${port}`, '--log.level=error'],
  ]
  const env = { PATH: process.env['PATH'], LD_LIBRARY_PATH: librariesIn(root), GOMAXPROCS: '1' }
  const child = spawn('timeout', ['--kill-after=1', `${LIFE_SEC}`, program, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'close')
  let said = ''
  child.stderr.on('data', (text) => (said = `${said}${text}`.slice(-2000)))
  return {
    async query(expression) {
      if (child.exitCode !== null) throw new Error(`Prometheus has ended: ${said}`)
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`
      const response = await fetch(url).catch(() => null)
      if (!response?.ok) return []
      const { data } = (await response.json()) as Answer
      return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
    },
    async close() {
      child.kill('SIGTERM') // which is handed on
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

interface Answer {
  readonly data: {
    readonly result: readonly { metric: Record<string, string>; value: [number, string] }[]
  }
}

function configOf({ host, pathname }: URL): string {
  return `global:
  scrape_interval: 1s
scrape_configs:
  - job_name: webrtc-stats
    metrics_path: ${pathname}
    static_configs:
      - targets: ['${host}']
`
}
