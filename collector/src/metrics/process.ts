// What the process costs, under the names that dashboards know. Not `collectDefaultMetrics`: its observers cannot be ended.
import { readdir } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import { setTo } from './set-to.ts'

/** Reads it anew into the registry. Nothing is measured between two calls. */
export function watchProcess(registry: Registry): () => Promise<void> {
  const registers = [registry]
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const counter = (name: string, help: string) => new Counter({ name, help, registers })

  const cpu = counter('process_cpu_seconds_total', 'CPU time of the process, user and system.')
  const started = gauge('process_start_time_seconds', 'When it started, since the Unix epoch.')
  const resident = gauge('process_resident_memory_bytes', 'Memory that the process has.')
  const files = gauge('process_open_fds', 'Open files and sockets. On Linux alone.')
  const heapUsed = gauge('nodejs_heap_size_used_bytes', 'Of the JavaScript heap, in use.')
  const heapTotal = gauge('nodejs_heap_size_total_bytes', 'The JavaScript heap.')
  const external = gauge('nodejs_external_memory_bytes', 'Buffers and the like, beside the heap.')
  const busy = counter(
    'nodejs_eventloop_active_seconds_total',
    'Time in which the event loop was at work: its rate is 1 where nothing more can be done.',
  )

  return async () => {
    const { user, system } = process.cpuUsage()
    setTo(cpu, {}, (user + system) / 1e6)
    started.set(Date.now() / 1000 - process.uptime())
    const { rss, heapUsed: used, heapTotal: total, external: beside } = process.memoryUsage()
    resident.set(rss)
    heapUsed.set(used)
    heapTotal.set(total)
    external.set(beside)
    setTo(busy, {}, performance.eventLoopUtilization().active / 1000)
    const open = await readdir('/proc/self/fd').catch(() => null)
    if (open) files.set(open.length)
    else files.remove()
  }
}
