// Makes docs/metrics.md: the table of metrics as text, with what the wire's types say of them.
import { readFileSync } from 'node:fs'
import { tabulate } from '../../workers/formulas.ts'
import { LEGACY_NAMES } from '../../workers/legacy.ts'
import { DESCRIBE } from './describe.ts'
import type { Description, Rule } from './describe.ts'
import { seenIn } from './seen.ts'
import type { Seen } from './seen.ts'
import { unitOf } from './unit.ts'
import { membersOf } from './wire-docs.ts'

/** Where the project's own recordings of browsers are. */
export const RECORDINGS: URL = new URL('../fixtures/recordings/', import.meta.url)

const QUALITY = ['Quality', 'ByWay', 'SelectedPair', 'Aggregate', 'AudioMos']
const MADE =
  '<!-- Made by `npm run docs` from the source. Edit that, or the parts in test/metrics-page. -->'

/** The whole page, with a column for each recording in the folder. */
export function metricsPage(recordings: URL): string {
  const seen = seenIn(recordings)
  const meanings = new Map(membersOf('StatMetrics').map(({ name, text }) => [name, text]))
  const sections = Object.entries(tabulate(DESCRIBE)).map(([typeAndKind, formulas]) => {
    const metrics = Object.entries(formulas).map(([name, description]) => [
      `\`${name}\``,
      unitOf(name),
      meaningOf(meanings.get(name) ?? '', seen, typeAndKind, name),
      [description.formula, description.note].filter(Boolean).join('; '),
      description.members.map(memberCell).join(', '),
      rulesOf(description, typeAndKind),
      ...seen.map((recording) => (recording.has(typeAndKind, name) ? 'yes' : '')),
    ])
    const columns = ['metric', 'unit', 'meaning', 'formula', 'reads', 'rules']
    return `### ${typeAndKind}\n\n${table([...columns, ...seen.map(({ name }) => name)], metrics)}`
  })
  const parts = [
    `${MADE}\n${readPart('intro.md')}`,
    `## The metrics of each type\n\n${introduce(seen)}\n`,
    ...sections,
    '## `data.quality`\n\nOf one connection. A name with `?` is absent where it cannot be known.\n',
    ...QUALITY.map(interfaceSection),
    readPart('scores.md'),
  ]
  return parts.join('\n')
}

function introduce(seen: readonly Seen[]): string {
  const reads = '"Reads" are the members that a formula needs, an older spelling in parentheses.'
  if (seen.length === 0) return reads
  return (
    `${reads} The last columns are measured: \`yes\` where the recording has the metric at least once. A synthetic ` +
    'recording was written by hand, and shows what is made of a browser of that shape.\n\n' +
    seen.map(({ name, source }) => `- ${name}: ${source}`).join('\n')
  )
}

function meaningOf(text: string, seen: readonly Seen[], typeAndKind: string, name: string): string {
  const isSeen = seen.length === 0 || seen.some((recording) => recording.has(typeAndKind, name))
  return [text, ...(isSeen ? [] : ['Not seen in these recordings.'])].filter(Boolean).join(' ')
}

function memberCell(member: string): string {
  const older = LEGACY_NAMES.get(member)
  return older === undefined ? `\`${member}\`` : `\`${member}\` (\`${older}\`)`
}

/** `E1-E4, E6, E7`: in a row where three or more follow each other. */
function rulesOf({ rules }: Description, typeAndKind: string): string {
  const all: readonly Rule[] = typeAndKind.startsWith('remote-') ? [...rules, 'E8'] : rules
  const numbers = [...new Set(all)].map((rule) => Number(rule.slice(1))).sort((a, b) => a - b)
  const runs: number[][] = []
  for (const number of numbers) {
    const run = runs.at(-1)
    if (run?.at(-1) === number - 1) run.push(number)
    else runs.push([number])
  }
  return runs
    .flatMap((run) =>
      run.length > 2 ? [`E${run[0]}-E${run.at(-1)}`] : run.map((one) => `E${one}`),
    )
    .join(', ')
}

function interfaceSection(name: string): string {
  const rows = membersOf(name).map((member) => [
    `\`${member.name}${member.isOptional ? '?' : ''}\``,
    `\`${member.type}\``,
    member.text,
  ])
  return `### ${name}\n\n${table(['name', 'type', 'meaning'], rows)}`
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |\n`
  return `${line(columns)}|${'---|'.repeat(columns.length)}\n${rows.map(line).join('')}`
}

const readPart = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')
