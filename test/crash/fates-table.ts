// The table of the matrix, as it stands in the README: what was at the server at once, what after the next load.
import type { Copy, Fate } from './fate.ts'

const HEAD = [
  'the end',
  'runs',
  'at once: last connection event',
  'at once: newest stats item',
  'after the next load',
  'never',
  'lost of the last 250 ms',
  'newest stats at once, age',
]

export function tableOf(fates: ReadonlyMap<string, readonly Fate[]>): string {
  const rows = [...fates].map(([name, all]) => rowOf(name, all))
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const lines = [HEAD, widths.map((width) => '-'.repeat(width)), ...rows].map((cells) =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '),
  )
  return `${lines.map((line) => `| ${line} |`).join('\n')}\n`
}

function rowOf(name: string, all: readonly Fate[]): string[] {
  const due = sum(all.map((fate) => fate.due))
  const never = sum(all.map((fate) => fate.never.length))
  return [
    name,
    String(all.length),
    copies(all.map(({ atOnce }) => atOnce.connection)),
    copies(all.map(({ atOnce }) => atOnce.stats)),
    `${due - never} of ${due}`,
    String(never),
    String(sum(all.map(({ lastLost }) => lastLost))),
    ages(all.flatMap(({ atOnce }) => atOnce.statsAgeMs ?? [])),
  ]
}

/** `98, of them 12 partial` */
function copies(all: readonly Copy[]): string {
  const there = all.filter((copy) => copy !== 'none').length
  const partial = all.filter((copy) => copy === 'partial').length
  return partial === 0 ? String(there) : `${there}, of them ${partial} partial`
}

/** The oldest of them, and the one in the middle. */
function ages(all: readonly number[]): string {
  const sorted = all.toSorted((a, b) => a - b)
  if (sorted.length === 0) return ''
  return `${sorted[Math.floor(sorted.length / 2)]} ms, at most ${sorted.at(-1)} ms`
}

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0)
