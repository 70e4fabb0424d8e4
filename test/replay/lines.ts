// What a replay prints: the metrics of each statistics object that was there in the poll before.
import type { Stat } from '../../src/stats.ts'
import type { StatMetrics } from '../../src/metrics.ts'
import type { Item, StatsData } from '../../src/wire.ts'

type Kind = 'audio' | 'video'

/** What was derived of one statistics object in one poll. */
export interface MetricsLine {
  readonly pcId: string | null
  /** Counted from 0, of this connection. */
  readonly poll: number
  readonly id: string
  readonly type: string
  /** Null where nothing tells. */
  readonly kind: Kind | null
  /** Empty where nothing was derived. */
  readonly metrics: StatMetrics
}

/** What was derived of the connection as a whole in one poll; null where nothing was. */
export interface QualityLine {
  readonly pcId: string | null
  readonly poll: number
  readonly quality: unknown
}

/** In the order of the polls, in a poll in the order of its report. */
export function linesOf(
  items: readonly Item[],
  hasQuality: boolean,
): (MetricsLine | QualityLine)[] {
  const before = new Map<
    string | null,
    { readonly poll: number; readonly report: readonly Stat[] }
  >()
  return items.filter(isStats).flatMap(({ pcId, data, rawStats: report = [] }) => {
    const last = before.get(pcId)
    const poll = last ? last.poll + 1 : 0
    before.set(pcId, { poll, report })
    const types = new Map(last?.report.map(({ id, type }) => [id, type]))
    const lines: (MetricsLine | QualityLine)[] = report
      .filter(({ id, type }) => types.get(id) === type)
      .map((stat) => lineOf(pcId, poll, stat, data))
    const { quality = null } = data as { readonly quality?: unknown }
    return hasQuality ? [...lines, { pcId, poll, quality }] : lines
  })
}

function isStats(item: Item): item is Item<StatsData> {
  return item.tag === 'stats'
}

function lineOf(pcId: string | null, poll: number, stat: Stat, data: StatsData): MetricsLine {
  const { id, type } = stat
  return { pcId, poll, id, type, kind: kindOf(stat, data), metrics: metricsOf(id, data) }
}

function metricsOf(id: string, { metrics }: StatsData): StatMetrics {
  return (Object.hasOwn(metrics, id) && metrics[id]) || {}
}

/** As the object says, else as it was placed among the streams. */
function kindOf({ id, kind, mediaType }: Stat, { audio, video }: StatsData): Kind | null {
  const stated = [kind, mediaType].find((word) => word === 'audio' || word === 'video')
  if (stated) return stated as Kind
  const isIn = (group: StatsData['audio']): boolean =>
    [group?.inbound, group?.outbound].some((stats) => stats?.some((stat) => stat.id === id))
  if (isIn(audio)) return 'audio'
  return isIn(video) ? 'video' : null
}
