// What came and what became of it, by what the collector tells of itself; what is no news for the log is counted too.
import { Counter, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'
import type { LogEvent } from '../log.ts'
import type { PutResult } from '../streams/sink.ts'
import * as bounds from './bounds.ts'
import { CODES, OUTCOMES, PUTS } from './closed.ts'
import type { Closed } from './closed.ts'
import { createCountBy } from './count-by.ts'

export interface Ingest {
  hear(event: LogEvent): void
  /** How long one transaction took, also one that failed. */
  committed(seconds: number): void
  /** What the place for files of room records said. */
  delivered(status: PutResult['status']): void
}

const PREFIX = 'webrtc_stats_collector_'

/** Of one collector since it began. */
export function createIngest(registry: Registry): Ingest {
  const registers = [registry]
  const counter = (name: string, help: string) =>
    new Counter({ name: `${PREFIX}${name}`, help, registers })
  const counterBy = (name: string, help: string, label: string, list: Closed) =>
    createCountBy(registry, { name: `${PREFIX}${name}`, help, label }, list)

  const batches = counter('batches_total', 'Bodies that were taken, by POST or over a socket.')
  const bytes = counter('received_bytes_total', 'Bytes of these as they came, compressed or not.')
  const items = counterBy(
    'items_total',
    'Items of these: kept, known before, or wrong.',
    'outcome',
    OUTCOMES,
  )
  const refusals = counterBy('refusals_total', 'Answers that are no yes, by status.', 'code', CODES)
  const cut = counter('sockets_cut_total', 'Sockets that were closed because of their client.')
  const failures = counter('failures_total', 'What went wrong on the side of the collector.')
  const puts = counterBy(
    'file_puts_total',
    'Attempts to bring a file of room records to its place.',
    'outcome',
    PUTS,
  )
  const commits = new Histogram({
    name: `${PREFIX}commit_duration_seconds`,
    help: 'What a transaction took that keeps a group of bodies.',
    buckets: [...bounds.COMMIT],
    registers,
  })

  return {
    hear(event) {
      switch (event.event) {
        case 'batch':
          batches.inc()
          bytes.inc(event.bytes)
          items('accepted', event.accepted)
          items('duplicate', event.duplicates)
          items('rejected', event.rejected)
          return
        case 'refused':
          return refusals(String(event.code))
        case 'socket-closed':
          return cut.inc()
        case 'failed':
          return failures.inc()
        // Of files the attempts are counted; the others happen to the program, and once.
        case 'file':
        case 'delivery':
        case 'listening':
        case 'stopping':
        case 'stopped':
          return
        default:
          event satisfies never
      }
    },
    committed: (seconds) => commits.observe(seconds),
    delivered: (status) => puts(status),
  }
}
