// What a connection's reports say, read in full beside the exporter: `getStats()` is watched, not replaced.
import type { Stat } from '../../src/stats.ts'
import { WORKER_NAME } from '../../src/protocol.ts'
import type { PageMessage } from '../../src/protocol.ts'

/** One report that the exporter got. */
export interface Reading {
  /** All of it, as the wire writes it. */
  readonly stats: readonly Stat[]
  /** The exporter has read all of it, too. */
  isFull: boolean
}

/** Each report that this connection gives from now on, in order. */
export function watchReadings(pc: RTCPeerConnection): readonly Reading[] {
  const readings: Reading[] = []
  const getStats = pc.getStats.bind(pc)
  pc.getStats = async () => {
    const report = await getStats()
    const values = report.values.bind(report)
    const reading: Reading = { stats: JSON.parse(JSON.stringify([...values()])), isFull: false }
    readings.push(reading)
    report.values = () => {
      reading.isFull = true
      return values()
    }
    return report
  }
  return readings
}

/** How many reports of these crossed to a worker, by how they were posted. */
export type Posted = Record<'full' | 'partial' | 'packed', number>

/** Until `restore()`. */
export function watchPosted(): { readonly posted: Posted; restore(): void } {
  const RealWorker = globalThis.Worker
  const posted: Posted = { full: 0, partial: 0, packed: 0 }
  globalThis.Worker = class extends RealWorker {
    override postMessage(data: { [WORKER_NAME]?: PageMessage }, ...rest: unknown[]): void {
      const message = data[WORKER_NAME]
      if (message?.type === 'reports') for (const { read } of message.reports) posted[read]++
      super.postMessage(data, ...(rest as [Transferable[]]))
    }
  }
  return {
    posted,
    restore() {
      globalThis.Worker = RealWorker
    },
  }
}
