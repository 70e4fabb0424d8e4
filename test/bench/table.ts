// What is printed: Markdown, as the README takes it.
import { readFileSync } from 'node:fs'
import { CONTENDERS, isPeer, PEERS } from './contenders.ts'
import type { ContenderName, PeerName } from './contenders.ts'
import type { Figure, Figures } from './figures.ts'
import type { Reading } from './reading.ts'

/** A call and what came of it. */
export interface Measured {
  readonly scenario: string
  readonly stats: number
  readonly figures: Figures
}

/** Milliseconds by the quietest block, and by the median one; peers as multiples of ours too. */
export function costTable(all: readonly Measured[]): string {
  const names = [...(all[0]?.figures.keys() ?? [])].filter((name) => name !== 'idle')
  const rows = names.map((name) =>
    row(
      name === 'ours' ? '**ours**' : labelOf(name),
      all.map(({ figures }) => costCell(name, figures)),
    ),
  )
  const scenarios = all.map(({ scenario, stats }) => `${scenario} (${stats} stats)`)
  return [row('ms of the main thread a poll', scenarios), rule(all.length), ...rows].join('\n')
}

/** What each of them does with what it reads. */
export function peerNotes(figures: Figures): string {
  return [...figures.keys()]
    .filter(isPeer)
    .map((name) => `- ${labelOf(name)}: ${PEERS[name].note}`)
    .join('\n')
}

export function readingTable(readings: readonly Reading[]): string {
  const rows = readings.map(({ what, measured, target, isMet }) =>
    row(what, [measured, target, isMet ? 'yes' : '**no**']),
  )
  return [row('', ['measured', 'target', 'met']), rule(3), ...rows].join('\n')
}

function costCell(name: ContenderName, figures: Figures): string {
  const cost = figures.get(name)
  if (!cost) return ''
  const text = `${ms(cost.quietestMs)} (${ms(cost.medianMs)})`
  const [beside, sign] = isPeer(name)
    ? [figures.get('ours'), 'ours']
    : [figures.get('floor'), 'floor']
  if (!beside || name === 'floor') return text
  return `${text}, ${times(cost, beside)} ${sign}`
}

const times = (cost: Figure, beside: Figure): string =>
  `${(cost.quietestMs / beside.quietestMs).toFixed(2)} x`

const ms = (value: number): string => value.toFixed(2)

const row = (head: string, cells: readonly string[]): string =>
  `| ${[head, ...cells].join(' | ')} |`

const rule = (cells: number): string => `|${'---|'.repeat(cells + 1)}`

function labelOf(name: ContenderName): string {
  const { label } = CONTENDERS[name]
  return isPeer(name) ? `${label} ${versionOf(name)}` : label
}

function versionOf(name: PeerName): string {
  const text = readFileSync(new URL('peers/package.json', import.meta.url), 'utf8')
  const { dependencies }: { dependencies: Readonly<Record<string, string>> } = JSON.parse(text)
  return dependencies[PEERS[name].label] ?? ''
}
