// Which metrics the recordings of browsers have, by deriving them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Stat } from '../../src/stats.ts'
import { derive } from '../../workers/derive.ts'
import type { DeriveState } from '../../workers/derive.ts'

/** One recording, and what it has at least once. */
export interface Seen {
  readonly source: string
  /** For the head of a column: `Firefox 153`, `Safari 17 (synthetic)`. */
  readonly name: string
  has(typeAndKind: string, metric: string): boolean
}

interface Series {
  readonly source: string
  readonly peerConnections: readonly { readonly polls: readonly { readonly report: Stat[] }[] }[]
}

/** Only says what is a gap, and a gap has all metrics too. */
const POLL_MS = 1000

/** By file name. None where there are no recordings. */
export function seenIn(folder: URL): readonly Seen[] {
  const files = existsSync(folder) ? readdirSync(folder).sort() : []
  return files
    .filter((file) => file.endsWith('.series.json'))
    .map((file) => {
      const series = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Series
      const { source } = series
      const names = namesIn(series)
      const isSynthetic = file.includes('.synthetic.')
      return {
        source,
        name: `${browserIn(source) ?? source}${isSynthetic ? ' (synthetic)' : ''}`,
        has: (typeAndKind, metric) => names.has(`${typeAndKind} ${metric}`),
      }
    })
}

function browserIn(source: string): string | undefined {
  const [, browser, version] = /(chromium|chrome|firefox|safari)[ /](\d+)/i.exec(source) ?? []
  return browser && `${browser[0]?.toUpperCase()}${browser.slice(1)} ${version}`
}

/** `type metric` and `type kind metric`, of each that an object of that type and kind had. */
function namesIn({ peerConnections }: Series): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { polls } of peerConnections) {
    let state: DeriveState | null = null
    for (const { report } of polls) {
      const derived = derive(report, state, POLL_MS)
      state = derived.state
      for (const stat of report) {
        const kind = stat['kind'] ?? stat['mediaType']
        for (const metric of Object.keys(derived.metrics[stat.id] ?? {}))
          for (const table of [stat.type, `${stat.type} ${String(kind)}`])
            names.add(`${table} ${metric}`)
      }
    }
  }
  return names
}
