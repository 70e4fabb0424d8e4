// Leaves out of a `stats` item what the `detail` option does not ask for.
import type { WorkerConfig } from '../src/protocol.ts'
import type { Item, StatsData } from '../src/wire.ts'

export type Detail = WorkerConfig['detail']

/** Changes nothing in `data`: what is kept is shared with the result. */
export function reduceDetail(data: StatsData, detail: Detail): StatsData {
  switch (detail) {
    case 'full':
      return data
    case 'report':
      return data.raw ? { ...data, raw: withoutStats(data.raw, groupedIds(data)) } : data
    case 'metrics':
      return {
        metrics: data.metrics,
        ...(data.quality && { quality: data.quality }),
      }
    default:
      return detail satisfies never
  }
}

/** The `stats` item with less in it; the whole one replaces it. */
export function partialOf(item: Item, detail: Detail): Item {
  const { rawStats: _, statsObject: __, ...rest } = item
  return { ...rest, partial: true, data: reduceDetail(item.data as StatsData, detail) }
}

/** By id, so that a stat `normalize` could not place is kept whatever its type is, in a decoded item too. */
function groupedIds({ audio, video, remote, ...data }: StatsData): ReadonlySet<string> {
  const directions = [audio, video, remote].map((group) => [group?.inbound, group?.outbound])
  const groups = [
    ...directions.flat(),
    data.candidatePair,
    data.localCandidate,
    data.remoteCandidate,
    data.transport,
    data.codec,
    data.dataChannel,
    data.mediaSources,
    data.peerConnection,
    data.tracks,
  ]
  return new Set(groups.flatMap((group) => group ?? []).map(({ id }) => id))
}

function withoutStats(
  raw: NonNullable<StatsData['raw']>,
  grouped: ReadonlySet<string>,
): NonNullable<StatsData['raw']> {
  const rest = Object.entries(raw)
    .map(([type, stats]) => [type, stats.filter((stat) => !grouped.has(stat.id))] as const)
    .filter(([, stats]) => stats.length > 0)
  return Object.fromEntries(rest)
}
