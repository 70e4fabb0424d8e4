// Makes docs/prometheus.md: what an idle collector exposes, family by family.
import { createMeter } from '../../collector/src/metrics/meter.ts'
import type { Readings } from '../../collector/src/metrics/levels.ts'
import { readExposition } from '../exposition.ts'
import type { Family } from '../exposition.ts'

/** Of a collector that has done nothing yet. */
export const NOTHING: Readings = {
  totals: { sessions: 0, items: 0, bytes: 0, evicted: 0 },
  rooms: { rooms: 0, connections: 0, refused: { tooLate: 0, tooMany: 0, settled: 0, streams: 0 } },
  sockets: 0,
  heldBytes: 0,
}

const HEAD = `# Metrics of the collector

\`GET /metrics\` of the collector has these, in the text format of Prometheus. The page is made of the code: \`npm run docs\`.

- **No series is about a peer, a session, a room or a user**, and no value of a label is a text that a client chose. Each value is on a list that is closed, with \`other\` for what is
  not on it: {series} series of these are there from the start, and never one more, whoever sends. Who it was is what the collector's own page and its records are for.
- **A poll counts once**, when it is received: not again where it comes again, nor where the whole item replaces a partial one that had \`quality\`. What comes hours late counts when it
  comes: \`webrtc_stats_collector_item_delay_seconds\` tells how late that was.
- **A histogram has one value of each poll** of a connection that has the number: sums and means over its streams, as [\`data.quality\`](metrics.md) has them. \`kind\` is \`audio\` or \`video\`,
  \`direction\` \`inbound\` (what the client receives) or \`outbound\`.
- **A number that no call can have** (below 0, a loss of 200 %, a text) is in no histogram; \`webrtc_stats_collector_implausible_values_total\` counts them.
- Counts begin anew with the process. Two collectors in one process share nothing but the numbers of the process.
`

const SECTIONS: readonly (readonly [title: string, pattern: RegExp])[] = [
  ['Calls', /^webrtc_(?!stats_collector_)/],
  ['The collector', /^webrtc_stats_collector_/],
  ['The process', /^(process|nodejs)_/],
]

/** The text of the page. */
export async function prometheusPage(): Promise<string> {
  const { text } = await createMeter().expose(NOTHING)
  const { families, series } = readExposition(text)
  const keys = [...series.keys()]
  const sections = SECTIONS.map(([title, pattern]) => {
    const rows = families.filter(({ name }) => pattern.test(name)).map((one) => rowOf(one, keys))
    const head = '| metric | type | labels, buckets | |\n|---|---|---|---|'
    return `## ${title}\n\n${head}\n${rows.join('\n')}\n`
  })
  return [
    HEAD.replace('{series}', `${keys.filter((key) => key.startsWith('webrtc_')).length}`),
    ...sections,
  ].join('\n')
}

function rowOf({ name, type, help }: Family, keys: readonly string[]): string {
  const values = new Map<string, Set<string>>()
  for (const key of keys) {
    const [base = '', labels = ''] = key.split('{')
    if (base !== name && base.replace(/_(bucket|sum|count)$/, '') !== name) continue
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
      values.set(label, (values.get(label) ?? new Set()).add(value))
    }
  }
  const told = [...values].toSorted(
    ([one], [other]) => Number(one === 'le') - Number(other === 'le'),
  )
  const cells = told.map(([label, set]) => {
    const all = [...set].filter((value) => value !== '+Inf')
    return label === 'le' ? `up to ${all.join(', ')}` : `\`${label}\`: ${all.join(', ')}`
  })
  return `| \`${name}\` | ${type} | ${cells.join('; ')} | ${help} |`
}
