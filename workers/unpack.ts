// Packed readings -> the objects that were read. The mirror of src/pack.ts.
import type { CapturedReport, PackedReport, PageMessage } from '../src/protocol.ts'
import type { Stat } from '../src/stats.ts'

type Message = Extract<PageMessage, { readonly type: 'reports' }>

export interface Unpacker {
  /** Each message once, in the order in which they were posted. */
  unpack(message: Message): CapturedReport[]
  /** The connection is gone. */
  forget(pcId: string): void
}

/** What the page has posted of one connection. */
interface Known {
  readonly stats: Map<string, Stat>
  ids: readonly string[]
}

export function createUnpacker(): Unpacker {
  const connections = new Map<string | null, Known>()

  function unpackOne(report: PackedReport, next: () => number): CapturedReport {
    const { ids, whole, changed, ...captured } = report
    const known = connections.get(captured.pcId) ?? { stats: new Map<string, Stat>(), ids: [] }
    if (ids) known.ids = ids
    const arrived = new Map(whole.map((stat) => [stat.id, stat]))
    let index = 0
    const stats = known.ids.map((id, place) => {
      const stat = arrived.get(id) ?? renew(known.stats.get(id) ?? {}, next)
      while (changed[index] === place) {
        Object.assign(stat, { [String(changed[index + 1])]: changed[index + 2] })
        index += 3
      }
      known.stats.set(id, stat as Stat)
      return stat as Stat
    })
    return { ...captured, read: 'partial', stats }
  }

  return {
    unpack({ reports, numbers }) {
      let at = 0
      const next = (): number => numbers?.[at++] ?? 0
      return reports.map((report) => {
        if (report.read === 'packed') return unpackOne(report, next)
        if (report.read === 'full') {
          const stats = new Map(report.stats.map((stat) => [stat.id, stat]))
          connections.set(report.pcId, { stats, ids: [] })
        }
        return report
      })
    },
    forget(pcId) {
      connections.delete(pcId)
    },
  }
}

/** With the next numbers in the place of its own, members of members included. */
function renew(
  before: Readonly<Record<string, unknown>>,
  next: () => number,
): Record<string, unknown> {
  const now: Record<string, unknown> = { ...before }
  for (const name in before) {
    const value = before[name]
    if (typeof value === 'number') now[name] = next()
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      now[name] = renew(value as Record<string, unknown>, next)
    }
  }
  return now
}
